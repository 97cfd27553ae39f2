"""What a firm says of itself, and what it agrees to: for members who are signed in."""

from __future__ import annotations

from aiohttp import web

from service.domain.consent import LEVELS
from service.domain.profile import ACCREDITATIONS, INSURANCES, LATE_PAYERS, POLICIES
from service.domain.sectors import all_sectors
from service.web.forms.filters import area_label, boroughs_by_name
from service.web.forms.profile import ProfileForm, check_profile, profile_typed, typed_profile
from service.web.forms.sign_up import FIRM_SIZES
from service.web.holder import Holder, for_members
from service.web.house import day_in, house_of
from service.web.middleware.bodies import read_form
from service.web.rendering import page

_YES_NO = (("yes", "Yes"), ("no", "No"))


async def profile(request: web.Request, holder: Holder) -> web.Response:
    """GET `/account/profile`."""
    found = await house_of(request).accounts.firm.overview(holder.firm)
    return await _profile_page(request, ProfileForm(typed=profile_typed(found.profile, size=found.size)))


async def described(request: web.Request, holder: Holder) -> web.Response:
    """POST `/account/profile`."""
    typed = typed_profile(await read_form(request))
    checked = check_profile(typed)
    if isinstance(checked, dict):
        return await _profile_page(request, ProfileForm(typed=typed, problems=checked))
    said, size = checked
    await house_of(request).accounts.firm.describe(holder.firm, said, size=size, person=holder.person)
    raise web.HTTPSeeOther(f"{holder.base}?done=profile")


async def consents(request: web.Request, holder: Holder) -> web.Response:
    """GET `/account/consent`: each level with the day it was last answered."""
    found = await house_of(request).accounts.firm.overview(holder.firm)
    items = []
    for each in LEVELS:
        last = found.consents.get(each.key)
        when = "" if last is None else f" {'Agreed' if last.given else 'Taken back'} {day_in(request, last.at)}."
        items.append(
            {
                "value": each.key,
                "text": each.text,
                "hint": {"text": f"{each.means}{when}"},
                "checked": last is not None and last.given,
            }
        )
    return await page(request, "pages/consent.html", items=items)


async def consented(request: web.Request, holder: Holder) -> web.Response:
    """POST `/account/consent`."""
    given = frozenset((await read_form(request)).getall("level", ()))
    known = frozenset(each.key for each in LEVELS)
    await house_of(request).accounts.firm.answer(holder.firm, given & known, person=holder.person)
    raise web.HTTPSeeOther(f"{holder.base}?done=consents")


def _chosen(words: tuple[tuple[str, str], ...], said: str) -> list[dict[str, object]]:
    return [{"value": key, "text": text, "checked": key == said} for key, text in words]


async def _profile_page(request: web.Request, form: ProfileForm) -> web.Response:
    typed = form.typed
    areas = [("london", area_label("london")), *boroughs_by_name()]
    return await page(
        request,
        "pages/profile.html",
        status=422 if form.problems else 200,
        form=form,
        problems=form.summary,
        sizes=[{"value": key, "text": text, "checked": key == typed.size} for key, text in FIRM_SIZES],
        sectors=[
            {"value": each.key, "text": each.label, "checked": each.key in typed.sectors} for each in all_sectors()
        ],
        areas=[{"value": code, "text": name, "checked": code in typed.areas} for code, name in areas],
        insurances=[(key, label, typed.insurance.get(key, "")) for key, label in INSURANCES],
        accreditations=[
            {"value": name, "text": name, "checked": name in typed.accreditations} for name in ACCREDITATIONS
        ],
        policies=[{"value": key, "text": text, "checked": key in typed.policies} for key, text in POLICIES],
        registered=_chosen(_YES_NO, typed.registered),
        bid_before=_chosen(_YES_NO, typed.bid_before),
        paid_late=_chosen(LATE_PAYERS, typed.paid_late),
    )


ROUTES = (
    web.get("/account/profile", for_members("firm.read", profile)),
    web.post("/account/profile", for_members("firm.change", described)),
    web.get("/account/consent", for_members("firm.read", consents)),
    web.post("/account/consent", for_members("firm.change", consented)),
)
