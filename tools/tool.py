"""A *tool* is a record: its fields are the arguments of one call, and `run` carries the call out.

One declaration therefore gives the JSON schema, the validation and the behaviour:

    class Shout(Tool):
        name = "shout"
        description = "Repeat a word, louder."
        word: Annotated[str, Meta(description="The word.", max_length=20)]

        def run(self, session: Session) -> str:
            return self.word.upper()

A new tool is offered with `gymnasium.make("webenv/Web-v0", ..., tools=(*DEFAULT_TOOLS, Shout))`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Self

import msgspec

from tools.session import Session
from webenv.types import Record


class BadArguments(ValueError):
    """The arguments do not fit the tool; the message tells the policy what would."""


class Tool(Record):
    """Base of all tools. `name` and `description` are what the policy sees, beside the fields."""

    name: ClassVar[str]
    description: ClassVar[str]

    def run(self, session: Session) -> str:
        """Carry out the call and say what came of it.

        What the policy got wrong is said in the text. Only a broken machine raises.
        """
        raise NotImplementedError

    @classmethod
    def read(cls, arguments: dict[str, Any]) -> Self:
        """The call with these arguments; a number or a null may be written as a string.

        Raises:
            BadArguments: an argument is missing, unknown or of another type.
        """
        try:
            return msgspec.convert(arguments, cls, strict=False)
        except msgspec.ValidationError:
            reasons = " ".join(cls._faults(arguments))
            raise BadArguments(f"Error: Bad arguments for {cls.name}. {reasons}") from None

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """The tool in the function-calling form: `{"type": "function", "function": {...}}`."""
        parameters = cls._parameters()
        function = {"name": cls.name, "description": cls.description, "parameters": parameters}
        return {"type": "function", "function": function}

    @classmethod
    def _parameters(cls) -> dict[str, Any]:
        components = msgspec.json.schema_components((cls,))[1]
        shown = ("type", "properties", "required")
        return {key: value for key, value in components[cls.__name__].items() if key in shown}

    @classmethod
    def _faults(cls, arguments: dict[str, Any]) -> Iterator[str]:
        """What does not fit, in words of our own: those of a library would change with its version."""
        fields = {field.name: field for field in msgspec.structs.fields(cls)}
        said = {name: about["description"] for name, about in cls._parameters()["properties"].items()}
        unknown = next((name for name in arguments if name not in fields), None)
        if unknown is not None:
            yield f'There is no argument "{unknown[:100]}"; there are: {", ".join(fields)}.'
        for name, field in fields.items():
            if name not in arguments:
                if field.required:
                    yield f'"{name}" is missing: {said[name]}'
                continue
            try:
                msgspec.convert(arguments[name], field.type, strict=False)
            except msgspec.ValidationError:
                yield f'"{name}" does not fit: {said[name]}'
