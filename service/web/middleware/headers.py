"""Security headers on every answer, also on errors and redirects.

No page needs a script, a frame of another house or anything from another host, so the policy
is short; the one script there is, is a file of ours (static/preview.js). Mail shown in the built-in mailbox is the one
exception: a page of its own, sandboxed, that may carry inline styles, as mail must.
"""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

POLICY = (
    "default-src 'self'; script-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)

#: For the pages that others may show within their own, small work and support: nothing is sent from them.
EMBED_POLICY = (
    "default-src 'self'; script-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors *"
)

#: For one mail message, shown in a frame of our own mailbox page.
MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)

_ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Server": "Bowbell",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

#: One year, as browsers' preload lists ask; only sent where the public address is https.
_STRICT_TRANSPORT = "max-age=31536000"


async def _dress(response: web.StreamResponse, *, secure: bool) -> None:
    for name, value in _ALWAYS.items():
        response.headers.setdefault(name, value)
    if secure:
        response.headers.setdefault("Strict-Transport-Security", _STRICT_TRANSPORT)


def security_headers(*, public_url: str) -> Middleware:
    """The middleware. `public_url` decides whether to insist on https from now on."""
    secure = public_url.startswith("https://")

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            response = await handler(request)
        except web.HTTPException as error:
            await _dress(error, secure=secure)
            raise
        await _dress(response, secure=secure)
        return response

    return middleware
