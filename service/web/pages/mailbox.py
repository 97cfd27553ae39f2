"""The built-in mailbox: what a copy without a mail server would have sent.

It shows links that sign in, so its paths exist only where the service listens on this machine
alone and is known by an address of this machine alone.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from aiohttp import web

from service.domain.wording import moment_words
from service.web.details import Fact, Link
from service.web.house import house_of, now_in
from service.web.middleware.headers import MAIL_POLICY
from service.web.rendering import page

_LINK = re.compile(r"https?://[^\s<>\"]+")
_HEAD = re.compile(r"<head[^>]{0,200}>", re.IGNORECASE)

#: Headers worth seeing when one checks what a mail program is told.
_SHOWN_HEADERS = ("From", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Message-ID", "Auto-Submitted")


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine alone."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def mailbox_allowed(*, listen_host: str, public_url: str) -> bool:
    """Whether both the address listened on and the public one are loopback."""
    return is_loopback(listen_host) and is_loopback(urlsplit(public_url).hostname or "")


async def mailbox(request: web.Request) -> web.Response:
    """`/mailbox`: every letter, newest first."""
    now = now_in(request)
    letters = await house_of(request).desk.letters()
    rows = [
        {
            "identity": letter.identity,
            "subject": letter.subject,
            "to": letter.to,
            "when": moment_words(letter.at, now=now),
        }
        for letter in letters
    ]
    return _unkept(await page(request, "pages/mailbox.html", messages=rows))


async def letter(request: web.Request) -> web.Response:
    """`/mailbox/{id}`: one letter, as a mail program shows it and as text."""
    identity = request.match_info["id"]
    found = await house_of(request).desk.letter(identity)
    headers = dict(found.headers)
    facts = [
        Fact(name="To", text=found.to),
        Fact(name="Sent", text=moment_words(found.at, now=now_in(request))),
        *(Fact(name=name, text=headers[name]) for name in _SHOWN_HEADERS if name in headers),
    ]
    own = f"{house_of(request).public_url}/"
    links = dict.fromkeys(address.rstrip(".,)") for address in _LINK.findall(found.text))
    response = await page(
        request,
        "pages/mail.html",
        title=found.subject,
        facts=facts,
        links=[Link(text=address, href=address) for address in links if address.startswith(own)],
        html_href=f"/mailbox/{identity}/html" if found.html else "",
        text=found.text,
    )
    return _unkept(response)


async def letter_html(request: web.Request) -> web.Response:
    """`/mailbox/{id}/html`: the letter alone, in a sandbox, its links opening outside the frame."""
    found = await house_of(request).desk.letter(request.match_info["id"])
    if not found.html:
        raise web.HTTPNotFound
    body = _HEAD.sub(lambda head: f'{head.group()}<base target="_top">', found.html, count=1)
    response = web.Response(text=body, content_type="text/html", charset="utf-8")
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    return _unkept(response)


def _unkept(response: web.Response) -> web.Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


ROUTES = (
    web.get("/mailbox", mailbox),
    web.get("/mailbox/{id}", letter),
    web.get("/mailbox/{id}/html", letter_html),
)
