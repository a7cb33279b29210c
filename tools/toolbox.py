"""The tools of one environment, by name."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from tools.click import Click
from tools.find import Find
from tools.search import Search
from tools.tool import BadArguments, Tool
from tools.visit import Visit
from webenv.errors import InputError
from webenv.types import Invalid, ToolCall

DEFAULT_TOOLS: tuple[type[Tool], ...] = (Search, Visit, Click, Find)
"""What a policy can call unless told otherwise."""


class Toolbox:
    """A fixed set of tools."""

    def __init__(self, tools: Sequence[type[Tool]] = DEFAULT_TOOLS) -> None:
        """Raises `InputError` if two tools share a name, or the schema of one would not tell a policy everything."""
        self._tools = {tool.name: tool for tool in tools}
        if len(self._tools) != len(tools):
            raise InputError(f"two tools share a name: {', '.join(tool.name for tool in tools)}")
        for tool in tools:
            for name, about in tool.schema()["function"]["parameters"]["properties"].items():
                if "description" not in about or "$ref" in str(about):
                    raise InputError(f"tool {tool.name}: argument {name} needs a description and a plain type")

    def schemas(self) -> list[dict[str, Any]]:
        """All tools in the function-calling form, in their order."""
        return [tool.schema() for tool in self._tools.values()]

    def read(self, call: ToolCall) -> Tool | Invalid:
        """The call, ready to run, or what is wrong with it."""
        tool = self._tools.get(call.name)
        if tool is None:
            name = call.name[:100]
            near = get_close_matches(name, self._tools, 1)
            hint = f" Did you mean {near[0]}?" if near else ""
            message = f"Error: Tool {name} not found. The tools are: {', '.join(self._tools)}.{hint}"
            return Invalid(kind="unknown_tool", message=message)
        try:
            return tool.read(call.arguments)
        except BadArguments as error:
            return Invalid(kind="bad_arguments", message=str(error))
