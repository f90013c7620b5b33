"""Who a person is, for the record: the best name that is at hand, cleaned.

In this order: what a proxy in front of Voila vouches for, which no page can forge; what the page says, after asking its
server; JupyterHub's user, whose server this is; the system's user. Nothing here proves anything: whoever may run code
in a kernel may call themselves what they like.
"""

from __future__ import annotations

import getpass
import os
import unicodedata
from collections.abc import Mapping

LONGEST = 200
"""Characters of a name that are kept."""
FORWARDED = (
    "HTTP_X_FORWARDED_USER",
    "HTTP_X_FORWARDED_PREFERRED_USERNAME",
    "HTTP_X_FORWARDED_EMAIL",
    "HTTP_X_AUTH_REQUEST_USER",
    "HTTP_X_AUTH_REQUEST_PREFERRED_USERNAME",
    "HTTP_X_AUTH_REQUEST_EMAIL",
    "HTTP_X_REMOTE_USER",
    "HTTP_REMOTE_USER",
    "HTTP_X_CDSDASHBOARDS_JH_USER",
)
"""Headers in which proxies name the person, as Voila hands on those that its `http_header_envs` lists."""
UNKNOWN = "unknown"
# They make a name read as another one.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def who(claimed: str | None = None, environment: Mapping[str, str] | None = None) -> str:
    """Give the name of the person at hand; `claimed` is what the page says."""
    env = os.environ if environment is None else environment
    names = [claimed, env.get("JUPYTERHUB_USER")]
    if in_voila(env):
        # A kernel of Voila belongs to the one who opened its page. Elsewhere such a variable is none of Voila's.
        names = [*(_as_sent(env.get(header, "")) for header in FORWARDED), *names]
    for name in names:
        cleaned = clean(name or "")
        if cleaned:
            return cleaned
    return clean(_system_user()) or UNKNOWN


def in_voila(environment: Mapping[str, str] | None = None) -> bool:
    """Tell whether this process is a kernel of Voila, which shows one person one page."""
    env = os.environ if environment is None else environment
    return "VOILA_BASE_URL" in env or env.get("SERVER_SOFTWARE", "").startswith("voila/")


def clean(name: str) -> str:
    """Give a name as one short line of text, without what is invisible or turns the text around."""
    shown = (" " if character.isspace() else character for character in name if not _is_hidden(character))
    return " ".join("".join(shown).split())[:LONGEST].rstrip()


def _as_sent(header: str) -> str:
    # A header is bytes, which Voila's server reads as Latin-1; proxies write names in UTF-8.
    try:
        return header.encode("latin-1").decode()
    except UnicodeError:
        return header


def _is_hidden(character: str) -> bool:
    if character in _TURNING:
        return True
    return unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn") and not character.isspace()


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
