"""One declaration gives schema, validation and behaviour."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from tools.search import Search
from tools.session import Session
from tools.tool import Tool
from tools.toolbox import DEFAULT_TOOLS, Toolbox
from tools.visit import Visit
from webenv.errors import InputError
from webenv.types import Invalid, ToolCall

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
names = st.sampled_from(["query", "year", "url", "goal", "page", "link", "text"]) | st.text(max_size=5)


class Add(Tool):
    """Add two numbers."""

    name: ClassVar[str] = "add"
    description: ClassVar[str] = "Add two numbers."

    a: Annotated[int, Meta(description="A number.")]
    b: Annotated[int, Meta(description="Another one.")] = 1

    def run(self, session: Session) -> str:
        return str(self.a + self.b)


def test_schemas_are_in_the_function_calling_form() -> None:
    (schema,) = Toolbox([Add]).schemas()
    assert schema == {
        "type": "function",
        "function": {
            "name": "add",
            "description": "Add two numbers.",
            "parameters": {
                "type": "object",
                "properties": {
                    "a": {"type": "integer", "description": "A number."},
                    "b": {"type": "integer", "description": "Another one.", "default": 1},
                },
                "required": ["a"],
            },
        },
    }


def test_the_policy_is_offered_exactly_its_tools() -> None:
    schemas = [schema["function"] for schema in Toolbox().schemas()]
    assert [schema["name"] for schema in schemas] == ["search", "visit", "click", "find"]
    assert [schema["parameters"]["required"] for schema in schemas] == [
        ["query"],
        ["url"],
        ["link"],
        ["text"],
    ]
    assert all(about["description"] for schema in schemas for about in schema["parameters"]["properties"].values())


@pytest.mark.parametrize(
    ("arguments", "read"),
    [
        ({"query": "fish"}, Search(query="fish")),
        ({"query": ["fish", "reef"]}, Search(query=["fish", "reef"])),
        ({"query": "fish", "year": 2018}, Search(query="fish", year=2018)),
        ({"query": "fish", "year": "2018"}, Search(query="fish", year=2018)),
        ({"query": "fish", "year": None}, Search(query="fish")),
    ],
)
def test_arguments_may_come_in_the_ways_of_language_models(arguments: dict[str, Any], read: Search) -> None:
    assert Toolbox().read(ToolCall(name="search", arguments=arguments)) == read


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("search", {}, 'Error: Bad arguments for search. "query" is missing: One query of up to 512'),
        ("search", {"query": []}, '"query" does not fit: One query'),
        ("search", {"query": ""}, '"query" does not fit: One query'),
        ("search", {"query": "x" * 513}, '"query" does not fit: One query'),
        (
            "search",
            {"query": "fish", "year": "soon"},
            '"year" does not fit: Only pages published in this year.',
        ),
        ("search", {"q": "fish"}, 'There is no argument "q"; there are: query, year. "query" is missing'),
        ("click", {"link": 0}, '"link" does not fit: The number n of the link or hit.'),
        ("click", {"link": True}, '"link" does not fit'),
        ("find", {"text": ["a"]}, '"text" does not fit'),
    ],
)
def test_bad_arguments_are_told_what_would_fit(name: str, arguments: dict[str, Any], message: str) -> None:
    invalid = Toolbox().read(ToolCall(name=name, arguments=arguments))
    assert isinstance(invalid, Invalid)
    assert invalid.kind == "bad_arguments"
    assert message in invalid.message


def test_an_unknown_tool_is_told_the_known_ones() -> None:
    assert Toolbox().read(ToolCall(name="serch")) == Invalid(
        kind="unknown_tool",
        message="Error: Tool serch not found. The tools are: search, visit, click, find. Did you mean search?",
    )
    invalid = Toolbox().read(ToolCall(name="x" * 100_000))
    assert isinstance(invalid, Invalid)
    assert len(invalid.message) < 300


@given(st.sampled_from(["search", "visit", "click", "find"]), st.dictionaries(names, json_values, max_size=4))
def test_any_arguments_give_a_call_or_a_fault(name: str, arguments: dict[str, Any]) -> None:
    read = Toolbox().read(ToolCall(name=name, arguments=arguments))
    assert isinstance(read, Tool) or len(read.message) < 2_000


def test_a_tool_of_ones_own_stands_beside_the_others(session: Session) -> None:
    call = Toolbox((*DEFAULT_TOOLS, Add)).read(ToolCall(name="add", arguments={"a": "2", "b": 3}))
    assert isinstance(call, Add)
    assert call.run(session) == "5"


def test_two_tools_of_one_name_are_refused() -> None:
    with pytest.raises(InputError, match="share a name: visit, visit"):
        Toolbox([Visit, Visit])


class Vague(Tool):
    """Says nothing of its argument."""

    name: ClassVar[str] = "vague"
    description: ClassVar[str] = "Vague."

    x: int

    def run(self, session: Session) -> str:
        return str(self.x)


def test_a_tool_that_does_not_describe_itself_is_refused() -> None:
    with pytest.raises(InputError, match="tool vague: argument x needs a description"):
        Toolbox([Vague])
