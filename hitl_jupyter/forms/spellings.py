"""Spellings: how a value is written as one line of text, of which pydantic makes an equal one."""

from __future__ import annotations

import ipaddress
import re
import uuid
import zoneinfo
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path as FilesystemPath
from pathlib import PosixPath, PurePath, PurePosixPath, PureWindowsPath, WindowsPath
from typing import Any, Final

import pydantic_core
from pydantic import (
    AnyHttpUrl,
    AnyUrl,
    ByteSize,
    EmailStr,
    HttpUrl,
    MongoDsn,
    NameEmail,
    NatsDsn,
    PostgresDsn,
    TypeAdapter,
    ValidationError,
)
from pydantic import IPvAnyAddress as AnyAddress
from pydantic import IPvAnyInterface as AnyInterface
from pydantic import IPvAnyNetwork as AnyNetwork

from hitl_jupyter.core.records import Json

Spell = Callable[[Any], str | None]

PLAIN_FLAGS: Final = re.compile("").flags
"""A pattern with other flags is not written by its text alone."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Spelling:
    """How the values of some types are written, and what the page is told about them."""

    kinds: tuple[Any, ...]
    spell: Spell = lambda _value: None
    format: str | None = None
    placeholder: str | None = None
    subclasses: bool = False

    def covers(self, kind: type) -> bool:
        """Tell whether values of a type are written so."""
        return issubclass(kind, self.kinds) if self.subclasses else kind in self.kinds

    def hints(self) -> dict[str, Json]:
        """Give what the page is told."""
        told = {"format": self.format, "placeholder": self.placeholder}
        return {name: text for name, text in told.items() if text is not None}


def spelling_of(kind: type) -> Spelling | None:
    """Give how the values of a type are written, None where the type is no line of text."""
    return next((one for one in SPELLINGS if one.covers(kind)), None)


def _plainly(*kinds: Any) -> Spell:
    return lambda value: str(value) if isinstance(value, kinds) else None


def _address(make: Callable[[Any], Any], *kinds: Any) -> Spell:
    """Spell an address, also one that is given as the number it stands for."""

    def spell(value: Any) -> str | None:
        if isinstance(value, int) and not isinstance(value, bool):
            with suppress(ValueError):
                return str(make(value))
            return str(value)
        return str(value) if isinstance(value, kinds) else None

    return spell


def _fraction(value: Any) -> str | None:
    # A float stands for the fraction that it is, and not for the decimals that it is printed with.
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | Fraction):
        return None
    try:
        return str(Fraction(value))
    except (ValueError, OverflowError):
        return str(value)


def _complex(value: Any) -> str | None:
    number = isinstance(value, int | float | complex) and not isinstance(value, bool)
    return str(value) if number else None


def _pattern(value: Any) -> str | None:
    plain = isinstance(value, re.Pattern) and isinstance(value.pattern, str) and value.flags == PLAIN_FLAGS
    return value.pattern if plain else None


def _named_address(value: Any) -> str | None:
    if not isinstance(value, NameEmail):
        return None
    # Without the quotes a comma in the name would end it. A name that is empty cannot be written at all.
    text = f'"{value.name}" <{value.email}>' if re.search(r"[^\w ]", value.name) else str(value)
    with suppress(ValidationError):
        return text if _named_addresses().validate_python(text) == value else None
    return None


@cache
def _named_addresses() -> TypeAdapter[NameEmail]:
    # Made when there is such a value: it needs a package that need not be there.
    return TypeAdapter(NameEmail)


def _zone(value: Any) -> str | None:
    return value.key if isinstance(value, zoneinfo.ZoneInfo) else None


def _color(value: Any) -> str | None:
    """Spell a colour as it was given, else in a way that gives it back."""
    if not is_color(type(value)):
        return None
    given = value.original()
    if isinstance(given, str):
        return given
    text = str(value.as_rgb())
    return text if type(value)(text) == value else None


def is_color(kind: type) -> bool:
    """Tell whether a type is a colour of pydantic's; the package of its extra types need not be there."""
    return kind.__name__ == "Color" and kind.__module__ in ("pydantic_extra_types.color", "pydantic.color")


class _Colors(Spelling):
    def covers(self, kind: type) -> bool:
        return is_color(kind)


IPV4: Final = (ipaddress.IPv4Address, ipaddress.IPv4Network, ipaddress.IPv4Interface)
IPV6: Final = (ipaddress.IPv6Address, ipaddress.IPv6Network, ipaddress.IPv6Interface)
MAKERS: Final[dict[Any, Callable[[Any], Any]]] = {
    **{kind: kind for kind in (*IPV4, *IPV6)},
    AnyAddress: ipaddress.ip_address,
    AnyNetwork: ipaddress.ip_network,
    AnyInterface: ipaddress.ip_interface,
}
PATHS: Final = (FilesystemPath, PosixPath, WindowsPath)
PURE_PATHS: Final = (PurePath, PurePosixPath, PureWindowsPath)
URLS: Final = (AnyUrl, MongoDsn, NatsDsn, PostgresDsn, pydantic_core.Url, pydantic_core.MultiHostUrl)

SPELLINGS: Final[tuple[Spelling, ...]] = (
    Spelling(kinds=(EmailStr,), format="email", placeholder="name@example.org"),
    Spelling(kinds=(NameEmail,), spell=_named_address, placeholder="Name <name@example.org>"),
    Spelling(
        kinds=(HttpUrl, AnyHttpUrl),
        spell=_plainly(*URLS),
        format="url",
        placeholder="https://example.org",
        subclasses=True,
    ),
    Spelling(kinds=URLS, spell=_plainly(*URLS), format="url", subclasses=True),
    Spelling(kinds=(uuid.UUID,), spell=_plainly(uuid.UUID), format="uuid"),
    Spelling(kinds=PATHS, spell=_plainly(PurePath), format="path"),
    Spelling(kinds=PURE_PATHS, spell=_plainly(PurePath), format="code"),
    *(Spelling(kinds=(kind,), spell=_address(make, *IPV4, *IPV6), format="code") for kind, make in MAKERS.items()),
    Spelling(kinds=(re.Pattern,), spell=_pattern, format="code"),
    Spelling(kinds=(zoneinfo.ZoneInfo,), spell=_zone, format="zone", placeholder="Europe/Berlin"),
    Spelling(kinds=(complex,), spell=_complex, placeholder="1+2j"),
    Spelling(kinds=(Fraction,), spell=_fraction, placeholder="1/3"),
    Spelling(kinds=(ByteSize,), spell=_plainly(int, float), format="bytes", placeholder="1.5 MB"),
    _Colors(kinds=(), spell=_color, format="color"),
)
