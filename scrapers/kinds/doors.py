"""Tells a list from what is put in its place: a login, a challenge, a refusal. All of them often come with status 200.

Only asked where no row is found, because many a list has a login form in its head.
"""

from __future__ import annotations

#: What a page in place of the list says in its title or its first words, and what that is. Lower case.
_SIGNS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("captcha", "are you a robot", "not a robot", "are you human", "verify you are human"), "a challenge for people"),
    (("just a moment", "attention required", "checking your browser"), "a challenge for browsers"),
    (("access denied", "request blocked", "blocked by upstream", "you have been blocked", "forbidden"), "a refusal"),
    (("log in", "login", "log on", "logon", "sign in", "signin", "session has expired"), "a login page"),
)
_LOGIN_PATHS = ("/login", "/logon", "/signin", "/sign-in", "/account/log")
_LOOKED_AT = 4_000
#: A page that asks for a password and says so little is a login; a list with a login form in its head says more.
_FEW_WORDS = 600
_HTML = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<div", b"<form", b"<title")


def looks_like_html(body: bytes) -> bool:
    """Tell whether a body that should be data begins as a web page."""
    start = body[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    while start.startswith(b"<!--") and b"-->" in start:
        start = start[start.index(b"-->") + 3 :].lstrip()
    return start.startswith(_HTML)


def door_of(*, url: str, title: str, text: str, asks_password: bool) -> str:
    """Return what stands before the list, in words; "" where nothing is known to.

    Args:
        url: where the page came from after redirects.
        title: of the page.
        text: of the page.
        asks_password: whether it has a field for one.
    """
    if (asks_password and len(text) < _FEW_WORDS) or any(path in url.lower() for path in _LOGIN_PATHS):
        return "a login page"
    seen = f"{title}\n{text[:_LOOKED_AT]}".casefold()
    for signs, what in _SIGNS:
        # A whole sentence about logging in is no sign: only a page that calls itself so.
        looked = title.casefold() if what == "a login page" else seen
        if any(sign in looked for sign in signs):
            return what
    return ""
