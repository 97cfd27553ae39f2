"""Turns words into pages: the one place that knows the template engine."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import aiohttp_jinja2
import jinja2
from aiohttp import web

from service.web.assets import Assets
from service.web.audience import visitor_of
from service.web.explained import explain


@dataclass(frozen=True, slots=True, kw_only=True)
class NavigationEntry:
    """One link of the main navigation. `key` is what a page sets as `here`."""

    key: str
    href: str
    text: str


NAVIGATION = (
    NavigationEntry(key="find", href="/opportunities", text="Find work"),
    NavigationEntry(key="support", href="/support", text="Free support"),
    NavigationEntry(key="buyers", href="/buyers", text="For buyers"),
    NavigationEntry(key="sources", href="/sources", text="Sources"),
    NavigationEntry(key="alerts", href="/alerts/new", text="Get alerts"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What every page shows around its content."""

    assets: Assets
    freshness: str
    mailbox: bool
    navigation: tuple[NavigationEntry, ...] = NAVIGATION

    def asset(self, name: str) -> str:
        """Address of a static file, marked with its version."""
        return self.assets.address(name)

    def static(self, name: str) -> str:
        """Address of a static file as the style sheet writes it."""
        return self.assets.plain_address(name)


_SITE: web.AppKey[Callable[[], Awaitable[Site]]] = web.AppKey("site")


def set_up_rendering(
    app: web.Application,
    *,
    assets: Assets,
    mailbox: bool,
    freshness: Callable[[], Awaitable[str]],
) -> None:
    """Give `app` its templates.

    Args:
        app: the application.
        assets: the static files.
        mailbox: whether the built-in mailbox is on, so that pages may link to it.
        freshness: says when the sources were last read, for the foot of every page.
    """

    async def site() -> Site:
        return Site(assets=assets, freshness=await freshness(), mailbox=mailbox)

    app[_SITE] = site
    aiohttp_jinja2.setup(
        app,
        loader=jinja2.ChoiceLoader(
            [
                jinja2.PackageLoader("service.web"),
                jinja2.PrefixLoader({"govuk_frontend_jinja": jinja2.PackageLoader("govuk_frontend_jinja")}),
            ]
        ),
        autoescape=True,
        filters={"explained": explain},
        trim_blocks=True,
        lstrip_blocks=True,
    )


async def page(request: web.Request, template: str, *, status: int = 200, **words: object) -> web.Response:
    """Render `template` with `words`; squeezed for browsers that can unpack it."""
    site = await request.config_dict[_SITE]()
    response = aiohttp_jinja2.render_template(
        template, request, {"site": site, "visitor": visitor_of(request), **words}, status=status
    )
    response.headers.setdefault("Cache-Control", "no-cache")
    response.enable_compression()
    return response
