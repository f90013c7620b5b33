"""``%hitl run greet("Ada")``: a flow of the notebook in the background, or a script."""

from __future__ import annotations

import ast
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from IPython.core.error import UsageError
from IPython.core.magic_arguments import argument, magic_arguments

from hitl_jupyter import scripts
from hitl_jupyter.engine.flow import Flow
from hitl_jupyter.exceptions import ParameterTypeError
from hitl_jupyter.magics.line import HELP, HelpWanted, help_of, one_line
from hitl_jupyter.magics.runs import begun

AS_PREFECT: Final = "--as-prefect"
_GIVEN: Final = "__hitl_given__"


@dataclass(frozen=True)
class Script:
    """A script that is to be run."""

    path: str
    arguments: list[str]
    as_prefect: bool

    def __call__(self) -> Any:
        """Run it."""
        __tracebackhide__ = True
        return scripts.run_script(self.path, self.arguments, as_prefect=self.as_prefect)


@magic_arguments("hitl run")
@argument(AS_PREFECT, action="store_true", help="a script finds this package where it says 'from prefect import'")
@argument("call", nargs="*", help='a call of a flow, such as greet("Ada", n=3), or a script.py and its arguments')
def run(shell: Any, line: str) -> Any:
    """Run a flow in the background, and give its handle; or run a script, as python does."""
    said, as_prefect = line.strip(), False
    while said.startswith("-"):
        option, _, rest = said.partition(" ")
        if option in HELP:
            raise HelpWanted(help_of(run))
        as_prefect = bool(run.parser.parse_args([option]).as_prefect)
        said = rest.strip()
    if not said:
        raise UsageError('Say what to run: %hitl run greet("Ada"), or %hitl run script.py.')
    script = script_of(said)
    if script is not None:
        return Script(script[0], script[1:], as_prefect)
    if as_prefect:
        raise UsageError(f"{AS_PREFECT} is for scripts, and {said!r} is none.")
    return _start(shell, said)


def script_of(said: str) -> list[str] | None:
    """Give a script and its arguments, split as a shell does; None where none is meant.

    Raises
    ------
    UsageError
        A quote is not closed.
    """
    first = said.split(maxsplit=1)[0].strip("\"'")
    try:
        split = shlex.split(said)
    except ValueError as error:
        if first.endswith(".py"):
            raise UsageError(f"{error}: {said}") from None
        return None
    return split if split and (split[0].endswith(".py") or Path(split[0]).is_file()) else None


def flows_of(namespace: Mapping[str, Any]) -> dict[str, Flow[Any, Any]]:
    """Give the flows that have a name in the notebook."""
    found = {name: value for name, value in list(namespace.items()) if isinstance(value, Flow)}
    return {name: value for name, value in found.items() if not name.startswith("_")}


def _start(shell: Any, said: str) -> Any:
    call = _call_of(said)
    names = shell.user_ns
    flow = _evaluated(shell, call.func if isinstance(call, ast.Call) else call, {})
    if not isinstance(flow, Flow):
        what = ast.unparse(call.func if isinstance(call, ast.Call) else call)
        raise UsageError(f"{what} is no flow: its definition needs @flow above it.{_flows_here(names)}")
    args, kwargs = (), {}
    if isinstance(call, ast.Call):
        # A call of our own takes the arguments as Python takes them, stars and all.
        given = ast.Call(ast.Name(_GIVEN, ast.Load()), call.args, call.keywords)
        args, kwargs = _evaluated(shell, given, {_GIVEN: lambda *args, **kwargs: (args, kwargs)})
    try:
        return begun(flow.start(*args, **kwargs))
    except (TypeError, ParameterTypeError) as error:
        raise UsageError(f"{flow.fn.__name__} cannot be called so: {one_line(str(error))}") from None


def _call_of(said: str) -> ast.expr:
    try:
        call = ast.parse(said, mode="eval").body
    except (SyntaxError, ValueError) as error:
        raise UsageError(f"This is no call of a flow: {said} ({getattr(error, 'msg', error)})") from None
    if not isinstance(call, ast.Call | ast.Name | ast.Attribute | ast.Subscript):
        raise UsageError(f'This is no call of a flow: {said}. Write %hitl run greet("Ada").')
    return call


def _evaluated(shell: Any, node: ast.expr, more: dict[str, Any]) -> Any:
    expression = ast.fix_missing_locations(ast.Expression(node))
    try:
        return eval(compile(expression, "<%hitl run>", "eval"), shell.user_ns, more)  # noqa: S307 - it is the user's own line
    except NameError as error:
        raise UsageError(_unknown(shell, error.name or str(error))) from None


def _unknown(shell: Any, name: str) -> str:
    own = [one for one in shell.user_ns if one not in shell.user_ns_hidden]
    near = get_close_matches(name, [*flows_of(shell.user_ns), *own], 1)
    return f"There is no {name!r} here." + (f" Did you mean {near[0]}?" if near else _flows_here(shell.user_ns))


def _flows_here(names: Mapping[str, Any]) -> str:
    known = list(flows_of(names))
    return f" The flows here are: {', '.join(known)}." if known else " There is no flow here yet."
