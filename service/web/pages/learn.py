"""The learning shelf and the days on which firms meet buyers, for anyone; and where organisations enter such days."""

from __future__ import annotations

from datetime import UTC, date, datetime

from aiohttp import web

from service.domain.buyer_day import BuyerDay, TypedDay, typed_of
from service.domain.learning import Learning, shown
from service.domain.wording import clock_words, day_words
from service.errors import NotFound
from service.usecases.buyer_days import ENTER
from service.web.audience import known_visitor, only
from service.web.drafting import organisation_chosen
from service.web.feeds.calendar_file import MEDIA_TYPE, escaped, folded
from service.web.forms.filters import LONDON
from service.web.forms.problems import above, beside
from service.web.house import house_of, now_in
from service.web.middleware.bodies import read_form
from service.web.privacy import number_in_path
from service.web.rendering import page

_KINDS = {"template": "Templates", "guide": "Guides"}
_DONE = {"entered": "It is on the list.", "off": "It is off the list."}


async def shelf(request: web.Request) -> web.Response:
    """`/learn`: what holds today, templates first."""
    found = shown(_today(request))
    return await page(
        request,
        "pages/learn.html",
        groups=[
            {"title": title, "items": [_item(each) for each in found if each.kind == kind]}
            for kind, title in _KINDS.items()
            if any(each.kind == kind for each in found)
        ],
    )


async def one(request: web.Request) -> web.Response:
    """`/learn/{key}`: a template of ours. Raises NotFound."""
    found = _own(request)
    return await page(request, "pages/learn_one.html", item=_item(found), page_=found.page, title=found.title)


async def as_text(request: web.Request) -> web.Response:
    """`/learn/{key}/text`: the same to keep and fill in."""
    found = _own(request)
    parts = found.page.parts if found.page else ()
    lines = [found.title, "=" * len(found.title), ""]
    for part in parts:
        lines += [part.heading, "-" * len(part.heading), *part.lines, ""]
    lines.append(f"{found.by}. {found.licence}.")
    return web.Response(
        body="\r\n".join(lines).encode(),
        content_type="text/plain",
        charset="utf-8",
        headers={"Content-Disposition": f'attachment; filename="{found.key}.txt"'},
    )


async def days(request: web.Request) -> web.Response:
    """`/learn/days`: days on which firms meet buyers."""
    found = await house_of(request).accounts.buyer_days.to_come()
    return await page(request, "pages/learn_days.html", days=[_day(request, each) for each in found])


async def days_as_calendar(request: web.Request) -> web.Response:
    """`/learn/days.ics`: the same for a calendar (RFC 5545)."""
    found = await house_of(request).accounts.buyer_days.to_come()
    house = house_of(request)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Bowbell//Buyer days//EN",
        "X-WR-CALNAME:Days to meet public buyers",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
    ]
    for each in found:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{escaped(house.address(f'/learn/days#day-{each.number}'))}",
            f"DTSTAMP:{_stamp(each.changed)}",
            f"DTSTART:{_stamp(each.begins)}",
            f"DTEND:{_stamp(each.ends)}",
            f"SUMMARY:{escaped(each.title)}",
            f"LOCATION:{escaped(each.place)}",
            f"ORGANIZER;CN={_quoted(each.organiser)}:{house.public_url}",
            f"URL:{each.url}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    body = ("\r\n".join(folded(line) for line in lines) + "\r\n").encode()
    return web.Response(body=body, content_type=MEDIA_TYPE, charset="utf-8")


@only(ENTER)
async def own_days(request: web.Request) -> web.StreamResponse:
    """GET `/learn/days/own`: what one's organisations entered, and the form for another."""
    return await _own_page(request, TypedDay(), {}, organisation="")


@only(ENTER)
async def enter(request: web.Request) -> web.StreamResponse:
    """POST `/learn/days/own`."""
    fields, visitor = await read_form(request), known_visitor(request)
    said, typed = fields.get("organisation", ""), typed_of(fields)
    chosen = organisation_chosen(request, fields, ENTER, refusal="You do not enter days for that organisation.")
    problems = await house_of(request).accounts.buyer_days.enter(visitor, chosen, typed)
    if problems:
        return await _own_page(request, typed, problems, organisation=said)
    raise web.HTTPSeeOther("/learn/days/own?done=entered")


@only(ENTER)
async def take_off(request: web.Request) -> web.StreamResponse:
    """POST `/learn/days/own/{number}/remove`."""
    await house_of(request).accounts.buyer_days.take_off(known_visitor(request), number_in_path(request))
    raise web.HTTPSeeOther("/learn/days/own?done=off")


# ------------------------------------------------------------------------------------------------------------ inside


async def _own_page(
    request: web.Request, typed: TypedDay, problems: dict[str, str], *, organisation: str
) -> web.StreamResponse:
    visitor = known_visitor(request)
    found = await house_of(request).accounts.buyer_days.mine(visitor)
    organisations = [
        {
            "value": str(each.organisation),
            "text": each.name or "The people who run this service",
            "selected": str(each.organisation) == organisation,
        }
        for each in visitor.where(ENTER)
    ]
    wrong = " govuk-input--error" if "day" in problems else ""
    response = await page(
        request,
        "pages/learn_own_days.html",
        status=422 if problems else 200,
        days=[_day(request, each) for each in found],
        organisations=organisations,
        typed=typed,
        boxes=[
            {
                "id": "day" if part == "day" else f"day_{part}",
                "name": part,
                "label": part.capitalize(),
                "value": getattr(typed, part),
                "classes": f"govuk-input--width-{4 if part == 'year' else 2}{wrong}",
            }
            for part in ("day", "month", "year")
        ],
        errors=beside(problems),
        problems=above(problems),
        done=_DONE.get(request.query.get("done", ""), "") if not problems else "",
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _own(request: web.Request) -> Learning:
    found = next((each for each in shown(_today(request)) if each.key == request.match_info["key"]), None)
    if found is None or found.page is None:
        raise NotFound
    return found


def _item(each: Learning) -> dict[str, object]:
    return {
        "title": each.title,
        "href": f"/learn/{each.key}" if each.page else each.url,
        "is_own": each.page is not None,
        "key": each.key,
        "by": each.by,
        "says": each.says,
        "licence": each.licence,
        "terms": [term if term[1:2].isupper() else term[:1].lower() + term[1:] for term in each.terms],
        "checked": f"{each.checked.day} {each.checked:%B %Y}",
    }


def _day(request: web.Request, each: BuyerDay) -> dict[str, object]:
    day = day_words(each.begins.astimezone(LONDON).date(), today=_today(request))
    return {
        "number": each.number,
        "title": each.title,
        "when": f"{day}, {clock_words(each.begins)} to {clock_words(each.ends)}",
        "place": each.place,
        "url": each.url,
        "organiser": each.organiser or "The people who run this service",
    }


def _today(request: web.Request) -> date:
    return now_in(request).astimezone(LONDON).date()


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _quoted(text: str) -> str:
    """A parameter's value (RFC 5545, 3.2): in quotation marks, which it cannot hold itself."""
    kept = "".join(each for each in text if each.isprintable() and each != '"')
    return f'"{kept}"'


ROUTES = (
    web.get("/learn", shelf),
    web.get("/learn/days", days),
    web.get("/learn/days.ics", days_as_calendar),
    web.get("/learn/days/own", own_days),
    web.post("/learn/days/own", enter),
    web.post("/learn/days/own/{number}/remove", take_off),
    web.get("/learn/{key}", one),
    web.get("/learn/{key}/text", as_text),
)
