"""A Python value as the JSON that pydantic takes back.

`model_dump` will not do: it writes serialization aliases, excluded fields are gone from it and computed ones are in
it, so what it gives is often no valid input. Sets come out sorted, because what is written here is fingerprinted and
must be the same in every process.
"""

from __future__ import annotations

import dataclasses
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, TypeAlias, get_args

from pydantic import BaseModel, ConfigDict, EncodedBytes, EncodedStr, RootModel, Secret, SecretBytes, SecretStr
from pydantic_core import PydanticSerializationError, PydanticUndefined, to_jsonable_python

from hitl_jupyter.core.records import Json
from hitl_jupyter.exceptions import CannotHold
from hitl_jupyter.forms.aliases import input_keys, nested
from hitl_jupyter.forms.cells import MISSING
from hitl_jupyter.forms.files import encode, encoding_of
from hitl_jupyter.forms.spellings import spelling_of

SECRETS: Final = (SecretStr, SecretBytes, Secret)


def _refused(_secret: Any) -> Any:
    raise CannotHold((), "it is a secret")


def _left_out(_secret: Any) -> Any:
    return MISSING


def revealed(secret: Any) -> Any:
    """Give what a secret holds; only for data on its way to pydantic."""
    return secret.get_secret_value()


Mark: TypeAlias = "Callable[[bytes, str | None], Json | None]"
"""Gives what is written for bytes that are a file, None for those that are not; the text says how they are encoded."""


@dataclass(frozen=True, eq=False)
class Manner:
    """How to write: what becomes of a secret (`MISSING` for nothing), and whether untouched defaults are written."""

    secret: Callable[[Any], Any] = _refused
    defaults: bool = True
    mark: Mark | None = None
    """Writes the bytes of files."""
    encoding: str | None = None
    """How the bytes of this field are encoded."""


REVEALING: Final = Manner(secret=revealed)
FOR_THE_RECORD: Final = Manner(secret=_left_out, defaults=False)


def to_json_value(value: Any, manner: Manner | None = None) -> Any:
    """Give a value as JSON. A secret is refused, unless `manner` says what to write for it.

    Raises
    ------
    CannotHold
        The value, or a part of it, has no JSON form.
    """
    try:
        return _written(value, manner or Manner())
    except RecursionError:
        raise CannotHold((), "it contains itself") from None


def record_value(answer: BaseModel, mark: Mark | None = None) -> Json:
    """Give an answer as JSON from which `judge` makes an equal one, except for secrets, which are left out.

    A default that nobody touched is left out too: pydantic does not judge it and could refuse it. `mark` writes files.
    """
    written: Json = to_json_value(answer, dataclasses.replace(FOR_THE_RECORD, mark=mark))
    return written


def json_text(value: Any) -> str:
    """Give JSON as text, on several lines where that is easier to read."""
    indent = 2 if isinstance(value, dict | list) and value else None
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return text if is_storable(text) else json.dumps(value, indent=indent)


def is_storable(text: str) -> bool:
    """Tell whether a text can be written anywhere: half a surrogate pair cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_plain(value: Any) -> bool:
    """Tell whether a value is JSON as it stands, so that nothing is lost in writing it."""
    if isinstance(value, dict):
        return type(value) is dict and all(type(k) is str and is_plain(v) for k, v in value.items())
    if isinstance(value, list):
        return type(value) is list and all(is_plain(item) for item in value)
    return value is None or type(value) in (bool, int, float, str)


def native(value: Any) -> Any:
    """Give the Python value that a number or array of numpy or pandas stands for; anything else as it is."""
    convert = None if isinstance(value, type) else getattr(value, "tolist", None)
    return convert() if callable(convert) else value


def _written(value: Any, manner: Manner) -> Any:
    if type(value) in (bool, int, float, str) or value is None:
        return value
    if manner.mark is not None and isinstance(value, bytes):
        return _bytes(value, manner)
    if isinstance(value, SECRETS):
        hidden = manner.secret(value)
        return hidden if hidden is MISSING else _written(hidden, manner)
    if isinstance(value, Enum):
        return _written(value.value, manner)
    if isinstance(value, RootModel):
        return _written(value.root, manner)
    if isinstance(value, BaseModel):
        return _model(value, manner)
    if isinstance(value, Mapping):
        pairs = ((_key(key), _written(part, manner)) for key, part in value.items())
        return {key: part for key, part in pairs if part is not MISSING}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _dataclass(value, manner)
    if isinstance(value, AbstractSet):
        return sorted(_items(value, manner), key=lambda item: json.dumps(item, sort_keys=True))
    if isinstance(value, Iterator):
        # The serializer would write it, and leave the flow a generator with nothing left in it.
        raise CannotHold((), "looking at it would use it up")
    if isinstance(value, Sequence | deque) and not isinstance(value, str | bytes | bytearray | memoryview):
        return _items(value, manner)
    value = native(value)
    return _scalar(value) if not isinstance(value, list) else _items(value, manner)


def _items(values: Iterable[Any], manner: Manner) -> list[Any]:
    return [None if item is MISSING else item for item in (_written(value, manner) for value in values)]


def _bytes(value: bytes, manner: Manner) -> Any:
    marked = manner.mark(value, manner.encoding) if manner.mark is not None else None
    if marked is None and manner.encoding is not None:
        return encode([value], manner.encoding).decode()
    return _scalar(value) if marked is None else marked


def _scalar(value: Any) -> Any:
    try:
        return to_jsonable_python(value, inf_nan_mode="constants")
    except (PydanticSerializationError, ValueError):
        spelling = spelling_of(type(value))
        text = spelling and spelling.spell(value)
        if text is None:
            raise CannotHold((), f"{type(value).__name__} has no JSON form") from None
        return text


def _key(key: Any) -> str:
    if isinstance(key, Enum):
        key = key.value
    if isinstance(key, str):
        return str(key)
    if isinstance(key, tuple | frozenset | BaseModel) or dataclasses.is_dataclass(key):
        return json.dumps(to_json_value(key), ensure_ascii=False)
    try:
        (text,) = to_jsonable_python({key: None})
    except (PydanticSerializationError, ValueError):
        raise CannotHold((), f"a key of type {type(key).__name__} has no JSON form") from None
    return str(text)


def _model(value: BaseModel, manner: Manner) -> dict[str, Any]:
    model = type(value)
    keys = input_keys(model.model_fields, model.model_config)
    pairs = []
    for name, key in keys.items():
        # A model made by model_construct may lack a field.
        if key.chosen is not None and name in value.__dict__ and (manner.defaults or not _is_untouched(value, name)):
            part = _field(value, name, manner)
            if part is not MISSING:
                pairs.append((key.chosen, part))
    extra = {key: _written(part, manner) for key, part in (value.__pydantic_extra__ or {}).items()}
    return {**extra, **nested(pairs)}


def _is_untouched(model: BaseModel, name: str) -> bool:
    """Tell whether a field has a default that pydantic would put there again; a factory may make another."""
    info = type(model).model_fields[name]
    if name in model.model_fields_set or info.default is PydanticUndefined:
        return False
    if info.validate_default:
        # pydantic judges it like an answer, and initial data may be other the next time the class is made.
        return False
    return bool(model.__dict__[name] == info.default)


def _field(model: BaseModel, name: str, manner: Manner) -> Any:
    info = type(model).model_fields[name]
    if _is_encoded((*info.metadata, info.annotation)):
        # A file is not what the serializer writes.
        encoding = encoding_of((*info.metadata, info.annotation)) if manner.mark is not None else None
        if encoding is None:
            return _by_serializer(model, name)
        return _written(model.__dict__[name], dataclasses.replace(manner, encoding=encoding))
    if manner.encoding is not None:
        manner = dataclasses.replace(manner, encoding=None)
    try:
        return _written(model.__dict__[name], manner)
    except CannotHold:
        if type(model).__pydantic_decorators__.field_serializers or type(model).model_fields[name].metadata:
            # A type that only its own serializer knows how to write.
            return _by_serializer(model, name)
        raise


def _is_encoded(parts: Iterable[Any]) -> bool:
    """Tell whether a type, or a part of it, is written in another form than it has, such as base64."""
    return any(isinstance(part, EncodedBytes | EncodedStr) or _is_encoded(get_args(part)) for part in parts)


def _by_serializer(model: BaseModel, name: str) -> Any:
    try:
        (part,) = model.model_dump(mode="json", include={name}).values()
    except (PydanticSerializationError, ValueError):
        raise CannotHold((name,), "it has no JSON form") from None
    return part


def _dataclass(value: Any, manner: Manner) -> dict[str, Any]:
    infos = getattr(type(value), "__pydantic_fields__", {})
    config = getattr(type(value), "__pydantic_config__", None) or ConfigDict()
    keys = input_keys(infos, config)
    pairs = []
    for field in dataclasses.fields(value):
        place = keys[field.name].chosen if field.name in keys else (field.name,)
        if field.init and place is not None and hasattr(value, field.name):
            part = _written(getattr(value, field.name), manner)
            if part is not MISSING:
                pairs.append((place, part))
    return nested(pairs)
