"""Returns: the way out to a programme by choice, "did you use this help?" with one press, and what became of it all."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from service.domain.programme import Programme
from service.domain.programme_use import LABELS, Use
from service.domain.returns import FEWEST, Measure, Returns
from service.domain.wording import day_words
from service.errors import NotFound
from service.usecases.helping.answer import OPERATE
from service.usecases.returns import READ
from service.web.audience import known_visitor, only
from service.web.cards import safe_href
from service.web.feeds.csv_file import MEDIA_TYPE, safe_cell
from service.web.forms.filters import LONDON
from service.web.holder import Holder, for_members
from service.web.house import house_of, now_in
from service.web.middleware.bodies import read_form
from service.web.rendering import page

_WORDS: Mapping[Measure, str] = {
    Measure.CARRIED: "Alerts that named it",
    Measure.OPENED: "Opened from its page",
    Measure.ASKED: "Questions asked about it",
    Measure.STARTED: "Firms that began to use it",
    Measure.FINISHED: "Firms that used it to the end",
    Measure.BID: "Firms that then bid",
    Measure.WON: "Firms that then won",
}
_NOT_SHOWN = "not shown"
_DONE = {"said": "Thank you. It is kept, and counted only together with what others say.", "nothing": "Taken back."}
#: The picture, in its own units: the words, the longest bar, and the height of a row.
_LABEL, _BAR, _ROW = 215, 150, 26


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar of the picture."""

    y: int
    words: str
    width: int
    figure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnLine:
    """What became of one programme, in words and as a picture."""

    name: str
    figures: tuple[tuple[str, str], ...]
    #: Empty where no figure is shown.
    bars: tuple[Bar, ...]
    height: int

    @property
    def is_shown(self) -> bool:
        """Whether there is any figure."""
        return any(figure != _NOT_SHOWN for _, figure in self.figures)


async def go(request: web.Request) -> web.StreamResponse:
    """POST `/support/{key}/open`: on to the programme's own page. What was pressed is counted, not who pressed it.

    The browser is sent on by a header of this page: a redirect to another site after a form is what our own policy for
    forms forbids.
    """
    address = safe_href(await house_of(request).accounts.returns.opened(request.match_info["key"]))
    if not address:
        raise NotFound
    response = await page(request, "pages/leaving.html", title="You are on your way", address=address, here="support")
    response.headers["Refresh"] = f"0;url={address}"
    response.headers["Cache-Control"] = "no-store"
    return response


async def used(request: web.Request, holder: Holder) -> web.StreamResponse:
    """GET `/account/help-used`: what was named to the firm, and one press to say that it was used."""
    found = await house_of(request).accounts.returns.used_by(holder.firm)
    return await page(
        request,
        "pages/help_used.html",
        done=_DONE.get(request.query.get("done", ""), ""),
        programmes=[
            {
                "key": programme.key,
                "name": programme.name,
                "said": LABELS[max(said.said, key=list(Use).index)] if said.said else "",
                "has_finished": Use.FINISHED in said.said,
                "has_started": Use.STARTED in said.said,
            }
            for programme, said in found
        ],
        labels={each.value: label for each, label in LABELS.items()},
    )


async def say_used(request: web.Request, holder: Holder) -> web.StreamResponse:
    """POST `/account/help-used/{key}`."""
    said = (await read_form(request)).get("used", "")
    await house_of(request).accounts.returns.used(holder.firm, request.match_info["key"], said)
    raise web.HTTPSeeOther(f"/account/help-used?done={'nothing' if said == 'nothing' else 'said'}")


@only(READ)
async def own(request: web.Request) -> web.StreamResponse:
    """GET `/returns`: of the programmes of one's organisations."""
    programmes, found = await house_of(request).accounts.returns.of(known_visitor(request))
    return await _page(request, programmes, found, path="/returns")


@only(READ)
async def own_csv(request: web.Request) -> web.StreamResponse:
    """GET `/returns.csv`."""
    programmes, found = await house_of(request).accounts.returns.of(known_visitor(request))
    return _csv(programmes, found)


@only(OPERATE)
async def every(request: web.Request) -> web.StreamResponse:
    """GET `/returns/all`: of everything that is current, for whoever runs this copy."""
    programmes, found = await house_of(request).accounts.returns.of_all()
    return await _page(request, programmes, found, path="/returns/all")


@only(OPERATE)
async def every_csv(request: web.Request) -> web.StreamResponse:
    """GET `/returns/all.csv`."""
    programmes, found = await house_of(request).accounts.returns.of_all()
    return _csv(programmes, found)


# ------------------------------------------------------------------------------------------------------------ inside


async def _page(request: web.Request, programmes: Sequence[Programme], found: Returns, *, path: str) -> web.Response:
    names = {each.key: each.name for each in programmes}
    lines = [_line(names[each.programme], each.figures) for each in found.lines]
    today = now_in(request).astimezone(LONDON).date()
    response = await page(
        request,
        "pages/returns.html",
        title="What became of your help" if path == "/returns" else "What became of all help",
        csv=f"{path}.csv",
        until=day_words(found.before - timedelta(days=1), today=today),
        fewest=FEWEST,
        total=_line("All of them together", found.total) if len(lines) > 1 else None,
        lines=sorted(lines, key=lambda each: (not each.bars, each.name.casefold())),
        label=_LABEL,
        row=_ROW,
        width=_LABEL + _BAR + 60,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _line(name: str, figures: Mapping[Measure, int | None]) -> ReturnLine:
    most = max((each for each in figures.values() if each is not None), default=0)
    bars = tuple(
        Bar(
            y=place * _ROW,
            words=_WORDS[measure],
            width=0 if figure is None else max(2, round(_BAR * figure / most)),
            figure=_NOT_SHOWN if figure is None else f"{figure:,}",
        )
        for place, (measure, figure) in enumerate(figures.items())
    )
    return ReturnLine(
        name=name,
        figures=tuple((bar.words, bar.figure) for bar in bars),
        bars=bars if most else (),
        height=len(bars) * _ROW,
    )


def _csv(programmes: Sequence[Programme], found: Returns) -> web.Response:
    """The same figures for a spreadsheet; no cell can act as a formula."""
    names = {each.key: each.name for each in programmes}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["Programme", "Up to", *(_WORDS[measure] for measure in Measure)])
    until = (found.before - timedelta(days=1)).isoformat()
    for line in found.lines:
        figures = (_NOT_SHOWN if line.figures[each] is None else str(line.figures[each]) for each in Measure)
        writer.writerow([safe_cell(names[line.programme]), until, *figures])
    return web.Response(
        body=out.getvalue().encode("utf-8-sig"),
        content_type=MEDIA_TYPE,
        charset="utf-8",
        headers={"Content-Disposition": 'attachment; filename="returns.csv"', "Cache-Control": "no-store"},
    )


ROUTES = (
    web.post("/support/{key}/open", go),
    web.get("/account/help-used", for_members("firm.read", used)),
    web.post("/account/help-used/{key}", for_members("firm.change", say_used)),
    web.get("/returns", own),
    web.get("/returns.csv", own_csv),
    web.get("/returns/all", every),
    web.get("/returns/all.csv", every_csv),
)
