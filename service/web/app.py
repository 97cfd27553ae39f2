"""Puts the web together: routes, manners, face. Bootstrap gives it a desk and starts it (listen.py)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from service.domain.tagging import Assumption
from service.usecases.accounts import Accounts
from service.web.api import description, oruk
from service.web.api import ocds as ocds_api
from service.web.api import opportunities as api
from service.web.api import postings as postings_api
from service.web.api import programmes as programmes_api
from service.web.api import sources as sources_api
from service.web.assets import Assets
from service.web.desk import Desk
from service.web.feeds import pages as feeds
from service.web.feeds import support as support_feed
from service.web.house import HOUSE, House, Limits
from service.web.limits import RateLimit
from service.web.middleware.bodies import BODY_CAP
from service.web.middleware.caller import Network, know_the_caller
from service.web.middleware.errors import plain_errors
from service.web.middleware.headers import security_headers
from service.web.middleware.origin import own_origin_only
from service.web.middleware.visitors import know_the_visitor
from service.web.pages import (
    about,
    alerts,
    ask_for_help,
    boroughs,
    contracts_ending,
    corrections,
    give_help,
    health,
    help_back,
    interests,
    learn,
    listing,
    mailbox,
    not_for_me,
    past_letter,
    permits,
    posting_care,
    posting_dates,
    posting_form,
    posting_guide,
    posting_many,
    posting_papers,
    posting_talk,
    postings,
    profile,
    programme_form,
    programme_table,
    programmes,
    returns,
    rights,
    rules,
    sign_in,
    sign_up,
    silence,
    sources,
    support,
    support_desk,
    support_widget,
    take_down,
    team,
    telegram,
    when,
    why_not,
    your_list,
)
from service.web.pages.freshness import Freshness
from service.web.rendering import set_up_rendering

_PUBLIC = (
    listing,
    contracts_ending,
    support,
    learn,
    about,
    rules,
    boroughs,
    sources,
    health,
    description,
    api,
    sources_api,
    feeds,
)
_ACCOUNT = (
    sign_up,
    sign_in,
    alerts,
    interests,
    profile,
    team,
    rights,
    why_not,
    not_for_me,
    silence,
    telegram,
    when,
    your_list,
    past_letter,
    ask_for_help,
    help_back,
    give_help,
    corrections,
    returns,
)
#: In this order: the acts of a posting stand before the names of its questions.
_BUYERS = (
    posting_many,
    postings,
    posting_guide,
    posting_care,
    posting_dates,
    posting_papers,
    posting_form,
    posting_talk,
    postings_api,
    ocds_api,
)
#: Those who help firms, and whoever looks after the catalogue.
_PROVIDERS = (
    programme_table,
    programmes,
    programme_form,
    programmes_api,
    support_desk,
    take_down,
    permits,
    support_widget,
    support_feed,
    oruk,
)

_HOUR = 3600.0
_DAY = 24 * _HOUR

#: Sign-ups from one caller in an hour, and for one address in a day.
SIGN_UPS_BY_CALLER = 10
SIGN_UPS_BY_ADDRESS = 3
#: Links to sign in asked for by one caller, and for one address known or not, in an hour.
SIGN_INS_BY_CALLER = 20
SIGN_INS_BY_ADDRESS = 5
#: Forms begun by one caller in an hour; invitations and moves asked for by one firm or person in a day.
DRAFTS_BY_CALLER = 60
INVITATIONS_BY_FIRM = 20
#: Looks at the last 30 days within so many seconds: one for each pause in typing is far below it.
PREVIEWS_BY_FIRM = 120
_PREVIEWS_OVER = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WebOptions:
    """How a copy is set up.

    Attributes:
        public_url: the address people use, with scheme.
        listen_host: the host listened on.
        built_in_mailbox: whether mail goes to the built-in mailbox, because no mail server is set.
        trusted_proxies: networks whose X-Forwarded-For is believed.
        operator: how to reach the people who run this copy; "" where not said.
        size_rules: what the size of firm is judged by, shown on "How we decide".
    """

    public_url: str
    listen_host: str
    built_in_mailbox: bool
    trusted_proxies: Sequence[Network] = ()
    operator: str = ""
    size_rules: tuple[Assumption, ...] = ()


def make_app(desk: Desk, accounts: Accounts, options: WebOptions) -> web.Application:
    """The application, ready to listen."""
    public_url = options.public_url.rstrip("/")
    has_mailbox = options.built_in_mailbox and mailbox.mailbox_allowed(
        listen_host=options.listen_host, public_url=public_url
    )
    app = web.Application(
        client_max_size=BODY_CAP,
        middlewares=[
            security_headers(public_url=public_url),
            know_the_caller(trusted=options.trusted_proxies),
            plain_errors(),
            own_origin_only(public_url=public_url),
            know_the_visitor(accounts.sign_in.visitor, whose_key=accounts.api_keys.visitor),
        ],
    )
    limits = Limits(
        by_caller=RateLimit(tries=SIGN_UPS_BY_CALLER, window=_HOUR, now=time.monotonic),
        by_address=RateLimit(tries=SIGN_UPS_BY_ADDRESS, window=_DAY, now=time.monotonic),
        sign_in_by_caller=RateLimit(tries=SIGN_INS_BY_CALLER, window=_HOUR, now=time.monotonic),
        sign_in_by_address=RateLimit(tries=SIGN_INS_BY_ADDRESS, window=_HOUR, now=time.monotonic),
        drafts_by_caller=RateLimit(tries=DRAFTS_BY_CALLER, window=_HOUR, now=time.monotonic),
        invitations_by_firm=RateLimit(tries=INVITATIONS_BY_FIRM, window=_DAY, now=time.monotonic),
        previews_by_firm=RateLimit(tries=PREVIEWS_BY_FIRM, window=_PREVIEWS_OVER, now=time.monotonic),
    )
    app[HOUSE] = House(
        desk=desk,
        accounts=accounts,
        public_url=public_url,
        mailbox=has_mailbox,
        operator=options.operator,
        limits=limits,
        size_rules=options.size_rules,
    )
    assets = Assets()
    freshness = Freshness(desk)

    async def fresh() -> str:
        return await freshness.words(desk.now())

    set_up_rendering(app, assets=assets, mailbox=has_mailbox, freshness=fresh)
    for module in (*_PUBLIC, *_ACCOUNT, *_BUYERS, *_PROVIDERS):
        app.router.add_routes(module.ROUTES)
    app.router.add_get("/static/{name:.+}", assets.serve)
    if has_mailbox:
        app.router.add_routes(mailbox.ROUTES)
    return app
