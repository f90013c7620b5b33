"""pydantic's errors in plain words: a table from their types to what a person reads beside a field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time
from typing import Any, Final

from hitl_jupyter.forms.cells import EMPTY

Context = Mapping[str, Any]

WHOLE: Final = "Must be a whole number."
NUMBER: Final = "Must be a number."
COMPLEX: Final = "Must be a number, such as 1.5 or 1+2j."
YES_OR_NO: Final = "Must be yes or no."
DATE: Final = "Must be a date, such as 2026-11-23."
TIME: Final = "Must be a time, such as 14:30."
DATE_AND_TIME: Final = "Must be a date and time, such as 2026-11-23T14:30."
DURATION: Final = "Must be a length of time, such as PT1H30M."
LIST: Final = "Must be a list."
FIELDS: Final = "Must be a group of fields."
TEXT: Final = "Must be text."
EMAIL: Final = "Must be an e-mail address, such as name@example.org."
URL: Final = "Must be a web address, such as https://example.org."
ADDRESS: Final = "Must be an IP address, such as 192.168.0.1 or 2001:db8::1."
NETWORK: Final = "Must be an IP network, such as 192.168.0.0/24 or 2001:db8::/32."
INTERFACE: Final = "Must be an IP address, if need be with its network, such as 192.168.0.1/24."
SIZE: Final = "Must be a number of bytes, such as 1500, 1.5 MB or 2 GiB."


def words_for(kind: str, context: Context) -> str | None:
    """Give the words for an error type, None where pydantic's own must do."""
    words = WORDS.get(kind)
    if words is None or isinstance(words, str):
        return words
    try:
        return words(context)
    except (KeyError, TypeError):  # a user may raise pydantic's types with a context of their own
        return None


def _count(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


def _bound(bound: Any) -> str:
    if isinstance(bound, date | time):
        return bound.isoformat()
    return str(int(bound)) if isinstance(bound, float) and bound.is_integer() else str(bound)


def _at_least(context: Context) -> str:
    least = context["min_length"]
    if context.get("field_type") == "Value":  # pydantic does not say of what: it is a secret, or a sequence
        return f"Must be longer: at least {least}."
    return f"Needs at least {_count(least, 'entry', 'entries')}."


def _at_most(context: Context) -> str:
    most = context["max_length"]
    if context.get("field_type") == "Value":
        return f"Must be shorter: at most {most}."
    return f"Takes at most {_count(most, 'entry', 'entries')}."


def _longer(context: Context) -> str:
    return f"Must have at least {_count(context['min_length'], 'character', 'characters')}."


def _shorter(context: Context) -> str:
    return f"Must have at most {_count(context['max_length'], 'character', 'characters')}."


def _users(context: Context) -> str | None:
    """Give a validator's own words; pydantic puts "Value error, " before them."""
    return str(context["error"]) or "This is not valid." if "error" in context else None


def _value_error(context: Context) -> str | None:
    # pydantic's own check of an e-mail address is one too; its reason may quote what was typed.
    return EMAIL if "reason" in context and "error" not in context else _users(context)


WORDS: Final[Mapping[str, str | Callable[[Context], str | None]]] = {
    "missing": EMPTY,
    "value_error": _value_error,
    "assertion_error": _users,
    "none_required": "Must be left empty.",
    "extra_forbidden": "There is no such field here.",
    "frozen_field": "Cannot be changed.",
    # text
    "string_type": TEXT,
    "string_unicode": "Has characters that cannot be stored.",
    "string_too_short": _longer,
    "string_too_long": _shorter,
    "string_pattern_mismatch": lambda c: f"Does not have the required form, which is {c['pattern']}",
    "string_not_ascii": "Must have plain letters, digits and signs only.",
    # numbers
    "int_type": WHOLE,
    "int_parsing": WHOLE,
    "int_parsing_size": "Is too large a number.",
    "int_from_float": WHOLE,
    "float_type": NUMBER,
    "float_parsing": NUMBER,
    "decimal_type": NUMBER,
    "decimal_parsing": NUMBER,
    "complex_type": COMPLEX,
    "finite_number": "Must be a finite number.",
    "multiple_of": lambda c: f"Must be a multiple of {_bound(c['multiple_of'])}.",
    "greater_than": lambda c: f"Must be more than {_bound(c['gt'])}.",
    "greater_than_equal": lambda c: f"Must be {_bound(c['ge'])} or more.",
    "less_than": lambda c: f"Must be less than {_bound(c['lt'])}.",
    "less_than_equal": lambda c: f"Must be {_bound(c['le'])} or less.",
    "decimal_max_digits": lambda c: f"Must have at most {_count(c['max_digits'], 'digit', 'digits')}.",
    "decimal_max_places": lambda c: f"Must have at most {_count(c['decimal_places'], 'decimal', 'decimals')}.",
    "decimal_whole_digits": lambda c: (
        f"Must have at most {_count(c['whole_digits'], 'digit', 'digits')} before the point."
    ),
    # yes and no, options
    "bool_type": YES_OR_NO,
    "bool_parsing": YES_OR_NO,
    "literal_error": lambda c: f"Must be {c['expected']}.",
    "enum": lambda c: f"Must be {c['expected']}.",
    # dates and times
    "date_type": DATE,
    "date_parsing": DATE,
    "date_from_datetime_parsing": DATE,
    "date_from_datetime_inexact": "Must be a date without a time.",
    "date_past": "Must be before today.",
    "date_future": "Must be after today.",
    "datetime_type": DATE_AND_TIME,
    "datetime_parsing": DATE_AND_TIME,
    "datetime_object_invalid": DATE_AND_TIME,
    "datetime_from_date_parsing": DATE_AND_TIME,
    "datetime_past": "Must be in the past.",
    "datetime_future": "Must be in the future.",
    "time_type": TIME,
    "time_parsing": TIME,
    "time_delta_type": DURATION,
    "time_delta_parsing": DURATION,
    "timezone_naive": "Must have no time zone.",
    "timezone_aware": "Must have a time zone.",
    "timezone_offset": "Must have another time zone.",
    # what holds other things
    "list_type": LIST,
    "tuple_type": LIST,
    "set_type": LIST,
    "frozen_set_type": LIST,
    "iterable_type": LIST,
    "dict_type": FIELDS,
    "mapping_type": FIELDS,
    "model_type": FIELDS,
    "model_attributes_type": FIELDS,
    "dataclass_type": FIELDS,
    "named_tuple_type": LIST,
    "deque_type": LIST,
    "missing_argument": EMPTY,
    "missing_keyword_only_argument": EMPTY,
    "missing_positional_only_argument": EMPTY,
    "unexpected_keyword_argument": "There is no such field here.",
    # pydantic's own words for these quote what was typed
    "union_tag_invalid": lambda c: f"Must have {c['discriminator']} set to one of {c['expected_tags']}.",
    "union_tag_not_found": lambda c: f"Must have {c['discriminator']}, which says what kind of thing it is.",
    "import_error": "Must be the name of something that can be imported.",
    "bytes_invalid_encoding": "Must be text in the required encoding.",
    "base64_decode": "Must be text in base64, such as aGVsbG8=.",
    "too_short": _at_least,
    "too_long": _at_most,
    # text of a certain form
    "bytes_type": TEXT,
    "bytes_too_short": _longer,
    "bytes_too_long": _shorter,
    "uuid_type": "Must be a UUID.",
    "uuid_parsing": "Must be a UUID.",
    "uuid_version": lambda c: f"Must be a UUID of version {c['expected_version']}.",
    "url_type": URL,
    "url_parsing": URL,
    "url_syntax_violation": URL,
    "url_too_long": lambda c: f"Must have at most {_count(c['max_length'], 'character', 'characters')}.",
    "url_scheme": lambda c: f"Must be an address that begins with {c['expected_schemes']}.",
    "ip_v4_address": "Must be an IPv4 address, such as 192.168.0.1.",
    "ip_v6_address": "Must be an IPv6 address, such as 2001:db8::1.",
    "ip_v4_network": "Must be an IPv4 network, such as 192.168.0.0/24.",
    "ip_v6_network": "Must be an IPv6 network, such as 2001:db8::/32.",
    "ip_v4_interface": "Must be an IPv4 address, if need be with its network, such as 192.168.0.1/24.",
    "ip_v6_interface": "Must be an IPv6 address, if need be with its network, such as 2001:db8::1/32.",
    "ip_any_address": ADDRESS,
    "ip_any_network": NETWORK,
    "ip_any_interface": INTERFACE,
    "path_type": "Must be a path.",
    "path_not_file": "There is no such file.",
    "path_not_directory": "There is no such folder.",
    "path_exists": "This path is taken already.",
    "path_parent_does_not_exist": "The folder for this path is not there.",
    "pattern_type": "Must be a regular expression.",
    "pattern_str_type": "Must be a regular expression.",
    "pattern_regex": "Must be a regular expression.",
    "zoneinfo_str": "Must be the name of a time zone, such as Europe/Berlin.",
    "fraction_parsing": "Must be a fraction or a number, such as 1/3 or 0.25.",
    "complex_str_parsing": COMPLEX,
    "byte_size": SIZE,
    "byte_size_unit": SIZE,
    "color_error": "Must be a colour, such as red, #ff0000 or rgb(255, 0, 0).",
    "json_type": "Must be JSON.",
    "json_invalid": "Must be JSON.",
}
