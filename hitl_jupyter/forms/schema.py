"""The JSON schema of a form: what an answer by program must pass, as it does in Prefect.

It is no base for drawing a form (it has lost bounds, kinds and secrets) and no judge of one: pydantic judges after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Flag
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel
from pydantic.errors import PydanticInvalidForJsonSchema, PydanticUserError
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import PydanticSerializationError

from hitl_jupyter.core.records import Json
from hitl_jupyter.exceptions import CannotHold, SubmissionRefused
from hitl_jupyter.forms.aliases import input_keys
from hitl_jupyter.forms.jsonable import to_json_value

if TYPE_CHECKING:
    from jsonschema import ValidationError

Schema = dict[str, Any]

CONDITIONS: Final = frozenset({"properties", "$defs", "patternProperties", "dependentSchemas"})
"""Keywords whose keys are names of the user's, not keywords."""


class _FormSchema(GenerateJsonSchema):
    """Never fails: what JSON Schema has no words for is left open."""

    def handle_invalid_for_json_schema(self, schema: Any, error_info: str) -> JsonSchemaValue:
        del schema, error_info
        return {}

    def model_schema(self, schema: Any) -> JsonSchemaValue:
        described = super().model_schema(schema)
        _name_all_keys(schema["cls"], described)
        return described

    def enum_schema(self, schema: Any) -> JsonSchemaValue:
        if issubclass(schema["cls"], Flag):
            return {"type": "integer"}  # its members may be added up
        return _or_open(super().enum_schema, schema)

    def literal_schema(self, schema: Any) -> JsonSchemaValue:
        return _or_open(super().literal_schema, schema)

    def encode_default(self, dft: Any) -> Any:
        # Sets are sorted there, so that the schema is the same in every process.
        try:
            return to_json_value(dft)
        except CannotHold as error:
            raise PydanticSerializationError(str(error)) from None

    def emit_warning(self, kind: Any, detail: str) -> None:
        # A default without a JSON form is left out, and nobody who asks a question can do anything about it.
        del kind, detail


def _name_all_keys(model: type[BaseModel], described: JsonSchemaValue) -> None:
    """Let a field be found under each of its keys: pydantic names one, and for a path into other data a wrong one.

    Which of them are there is then for pydantic to say, which judges every answer.
    """
    properties, required = described.get("properties", {}), described.get("required", [])
    for name, key in input_keys(model.model_fields, model.model_config).items():
        heads = [place[0] for place in key.accepted]
        named = next((one for one in (*heads, name) if one in properties), None)
        if named is None or key.accepted == ((named,),):
            continue
        of_field = properties.pop(named)
        if named in required:
            required.remove(named)
        for place in key.accepted:
            properties.setdefault(place[0], of_field if len(place) == 1 else {})
    if "required" in described and not required:
        del described["required"]


def _or_open(describe: Callable[[Any], JsonSchemaValue], schema: Any) -> JsonSchemaValue:
    """Give a schema, an open one for options that have no JSON form."""
    try:
        return describe(schema)
    except PydanticSerializationError:
        return {}


def json_schema_of(model: type[BaseModel], *, has_secret: bool, without_default: Iterable[str] = ()) -> Schema:
    """Give the JSON schema of what a class takes. Of a class with secrets no default or example is in it."""
    try:
        schema: Schema = model.model_json_schema(mode="validation", schema_generator=_FormSchema)
    except (PydanticInvalidForJsonSchema, PydanticUserError):
        return {}
    if has_secret:
        # A secret's own default is not always marked as one, and may stand in the default of what is around it.
        for part in _subschemas(schema):
            for key in ("default", "examples", "example"):
                part.pop(key, None)
    properties = _root(schema).get("properties", {})
    for name in without_default:
        properties.get(name, {}).pop("default", None)
    return schema


def _root(schema: Schema) -> Schema:
    reference = schema.get("$ref", "")
    found: Schema = schema.get("$defs", {}).get(reference.removeprefix("#/$defs/"), schema) if reference else schema
    return found


def _subschemas(schema: Any) -> Iterator[Schema]:
    """Give every subschema. A property may have the name of a keyword."""
    if isinstance(schema, dict):
        yield schema
        for key, inner in list(schema.items()):
            if key in CONDITIONS and isinstance(inner, dict):
                for named in inner.values():
                    yield from _subschemas(named)
            elif key not in ("default", "examples", "example", "const", "enum"):
                yield from _subschemas(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _subschemas(inner)


def check_by_schema(form: type[BaseModel] | Mapping[str, Any] | Json, data: Any) -> None:
    """Let an answer by program pass that fits the form's JSON schema: "5" is no integer, 1.0 is.

    Raises
    ------
    SubmissionRefused
        It does not fit; the reason is in Prefect's words, and no secret is in it.
    """
    # A tenth of a second and more, for answers by program only.
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    if isinstance(form, type):
        from hitl_jupyter.forms.plan import compile_plan

        form = compile_plan(form).json_schema()
    try:
        data = to_json_value(data)
    except CannotHold as error:
        raise SubmissionRefused(f"The answer is no JSON: {error.why}") from None
    errors = list(schema_errors(form, data, Draft202012Validator))
    worst = best_match(errors)
    if worst is None:
        return
    secret = any(_is_secret(part) for part in _subschemas(form))
    field = worst.json_path.removeprefix("$").removeprefix(".")
    where = f" for field {field!r}" if field else ""
    reason = f"Validation failed{where}. Failure reason: {_message(worst, secret=secret)}"
    raise SubmissionRefused(reason, {".".join(map(str, e.absolute_path)): _message(e, secret=secret) for e in errors})


def schema_errors(schema: Any, data: Any, validator: Any) -> Iterator[ValidationError]:
    """Give what a JSON schema finds wrong, formats included."""
    found: Iterator[ValidationError] = validator(schema, format_checker=validator.FORMAT_CHECKER).iter_errors(data)
    return found


def _message(error: ValidationError, *, secret: bool) -> str:
    """Give jsonschema's words, which begin with the value; where a secret may be in it, without the value."""
    message = str(error.message)
    if not secret:
        return message
    shown = repr(error.instance)
    return message.replace(shown, "the value") if shown in message else message


def _is_secret(schema: Mapping[str, Any]) -> bool:
    return bool(schema.get("writeOnly")) or schema.get("format") == "password"


def paths_refused(schema: Mapping[str, Any], data: Any) -> list[Sequence[str | int]]:
    """Give where a JSON schema finds something wrong in data."""
    from jsonschema import Draft202012Validator

    return [tuple(error.absolute_path) for error in schema_errors(schema, data, Draft202012Validator)]
