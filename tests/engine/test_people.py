"""Who a person is: which name wins, and what is left of it."""

from __future__ import annotations

import getpass

import pytest

from hitl_jupyter.engine.people import LONGEST, clean, who

HUB = {"JUPYTERHUB_USER": "hub-ana"}
VOILA = {"SERVER_SOFTWARE": "voila/0.5.13", "VOILA_BASE_URL": "/"}
FORWARDED = {**VOILA, "HTTP_X_FORWARDED_USER": "proxy-ana"}


@pytest.mark.parametrize(
    ("expected", "claimed", "environment"),
    [
        ("ana", "ana", HUB),
        ("hub-ana", None, HUB),
        ("hub-ana", "  ", HUB),
        ("proxy-ana", None, FORWARDED),
        ("proxy-ana", "somebody else", FORWARDED),
        ("proxy-ana", None, {**FORWARDED, **HUB}),
        ("ana", "ana", VOILA),
        ("hub-ana", None, {**HUB, "HTTP_X_FORWARDED_USER": "not of Voila"}),
    ],
)
def test_the_best_name_wins(expected, claimed, environment):
    """A proxy's word, in Voila only, comes before the page's, that before the hub's."""
    assert expected == who(claimed, environment)


@pytest.mark.parametrize(
    "header",
    ["HTTP_X_FORWARDED_USER", "HTTP_X_REMOTE_USER", "HTTP_REMOTE_USER", "HTTP_X_AUTH_REQUEST_USER"],
)
def test_the_usual_headers_are_known(header):
    """Each of the headers that proxies use, under the name that Voila gives it."""
    assert "ana" == who(None, {**VOILA, header: "ana"})


@pytest.mark.parametrize("name", ["王小明", "Zoë O'Brien", "Łukasz"])
@pytest.mark.parametrize("sent", [lambda name: name.encode().decode("latin-1"), str], ids=["bytes", "text"])
def test_a_name_of_any_script_comes_through_a_header(name, sent):
    """A server reads the bytes of a header as Latin-1; the name is what the proxy has written, in UTF-8."""
    assert name == who(None, {**VOILA, "HTTP_X_FORWARDED_USER": sent(name)})


def test_the_system_knows_a_name_too(monkeypatch):
    """Without any other name it is the system's user, and where there is none either, 'unknown'."""
    assert getpass.getuser() == who(None, {})

    def nobody():
        raise KeyError("uid not found")

    monkeypatch.setattr(getpass, "getuser", nobody)
    assert "unknown" == who(None, {})


def test_what_a_process_is_started_with_counts(monkeypatch):
    """Without an environment of the caller's it is the process's own."""
    monkeypatch.setenv("JUPYTERHUB_USER", "hub-ben")
    assert "hub-ben" == who()


@pytest.mark.parametrize(
    ("expected", "name"),
    [
        ("Ana Petrova", " Ana \t\n Petrova\r\n"),
        ("root", "ro\x00o\x1bt\x7f"),
        ("gpj.exe", "\u202egpj.exe\u202c"),
        ("\u0646\u06cc\u06a9\u200c\u0631\u0648", "\u0646\u06cc\u06a9\u200c\u0631\u0648"),
        ("ana", "\ud800ana"),
        ("", "\x00\u2066 "),
        ("a" * LONGEST, "a" * 5000),
        ("<b>ana</b>", "<b>ana</b>"),
    ],
)
def test_a_name_is_one_short_line_of_visible_text(expected, name):
    """Control characters and what turns text around are left out; letters of every script and their joiners stay."""
    assert expected == clean(name)


def test_a_name_that_is_nothing_but_controls_is_no_name():
    """What is empty once it is cleaned makes way for the next."""
    assert "hub-ana" == who("\x00\x01", HUB)
