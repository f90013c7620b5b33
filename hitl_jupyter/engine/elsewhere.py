"""How a question can be answered where no form is shown: the Python that answers it, the lines of a file, in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hitl_jupyter.core.text import printable
from hitl_jupyter.forms import AutomaticRunInput

if TYPE_CHECKING:
    from hitl_jupyter.engine.question import Question

MOST_OPTIONS = 8
"""Options that a line of words names; a longer list is cut."""


def waiting(question: Question) -> str:
    """Give the line that says what is waited for and how to answer it."""
    asked = [str(field["node"]["title"]) for field in _fields(question)]
    what = f"an answer ({', '.join(asked)})" if asked else "a Resume"
    return printable(f"Waiting for {what}. To answer: {program(question)}")


def program(question: Question, run_id: str | None = None) -> str:
    """Give the Python that answers a question from any process; `run_id` is what to write for the id of its run."""
    given = [run_id or json.dumps(question.run.id_text)]
    if question.plan is not None:
        given.append("{" + ", ".join(f"{_quoted(name)}: ..." for name in _names(question)) + "}")
    if len(question.run.questions) > 1:
        given.append(f"key={_quoted(question.key)}")
    return f"resume_flow_run({', '.join(given)})"


def test_lines(question: Question) -> str:
    """Give the Python that answers a question in a test."""
    answer = "..."
    if question.plan is None:
        answer = "None"
    elif question.model is not None and not issubclass(question.model, AutomaticRunInput):
        answer = "{" + ", ".join(f"{_quoted(name)}: ..." for name in _names(question)) + "}"
    return f"answers(flows={{{_quoted(question.run.flow_name)}: {{{_quoted(question.key)}: {answer}}}}})"


def lines(question: Question) -> str:
    """Give the lines that answer a question in a file of answers, with what each field takes beside it."""
    head = f"{_key(question.run.flow_name)}:"
    key = _key(question.key)
    if question.plan is None:
        return f"{head}\n  {key}: null  # a Resume"
    schema = _schema(question)
    properties: Mapping[str, Any] = schema.get("properties") or {}
    if question.model is not None and issubclass(question.model, AutomaticRunInput):
        return f"{head}\n  {key}: ...{_takes(properties.get('value', {}), schema)}"
    names = _names(question)
    if not names:
        return f"{head}\n  {key}: {{}}"
    fields = [f"    {_key(name)}: ...{_takes(properties.get(name, {}), schema)}" for name in names]
    return "\n".join([head, f"  {key}:", *fields])


def asked(question: Question) -> str:
    """Give the question in words: its description, or what it asks for."""
    if question.description:
        return printable(question.description.strip())
    titles = [str(field["node"]["title"]) for field in _fields(question)]
    return printable(f"It asks for: {', '.join(titles)}.") if titles else "It asks for a Resume."


def _names(question: Question) -> Sequence[str]:
    # The schema, because it knows the aliases by which a program answers.
    schema = _schema(question)
    return list(schema.get("required") or schema.get("properties") or ())


def _schema(question: Question) -> Mapping[str, Any]:
    schema: Any = question.plan.json_schema() if question.plan is not None else {}
    return schema if isinstance(schema, Mapping) else {}


def _fields(question: Question) -> Sequence[Mapping[str, Any]]:
    if question.plan is None:
        return ()
    root: Any = question.plan.to_json()["root"]
    return root.get("fields", ()) or ()


def _takes(node: Any, schema: Mapping[str, Any]) -> str:
    """Give the comment that says what a field takes, "" where there is nothing to say."""
    found = list(dict.fromkeys(_words(node, schema, 0)))
    if not found:
        return ""
    more = ", ..." if len(found) > MOST_OPTIONS else ""
    return f"  # {', '.join(found[:MOST_OPTIONS])}{more}"


def _words(node: Any, schema: Mapping[str, Any], depth: int) -> Iterator[str]:
    if not isinstance(node, Mapping) or depth > MOST_OPTIONS:
        return
    if "$ref" in node:
        name = str(node["$ref"]).rpartition("/")[2]
        yield from _words((schema.get("$defs") or {}).get(name), schema, depth + 1)
    elif "const" in node:
        yield _quoted(node["const"])
    elif "enum" in node:
        yield from map(_quoted, node["enum"])
    elif "anyOf" in node or "oneOf" in node:
        for branch in node.get("anyOf") or node["oneOf"]:
            yield from _words(branch, schema, depth + 1)
    elif "type" in node:
        yield _TYPES.get(str(node["type"]), str(node.get("title") or node["type"]))


_TYPES = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
    "array": "a list",
}


def _key(name: str) -> str:
    """Give a key as YAML reads it back."""
    plain = name.replace("-", "").replace("_", "")
    return name if plain.isalpha() and name[0] not in "-_" else _quoted(name)


def _quoted(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
