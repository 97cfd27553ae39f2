"""The six questions of a posting: what is asked on each page, and what is wrong with an answer, in a sentence.

What was typed is never thrown away: a wrong answer is kept as it is and told beside its field.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from service.domain.gazetteer import gazetteer
from service.domain.posting import Draft, Terms
from service.domain.sectors import all_sectors
from service.errors import NotNow

#: Characters.
TITLE_CAP, DESCRIPTION_CAP, ASKS_CAP, REPLY_CAP = 120, 5_000, 2_000, 200
#: Above this it is no small purchase; the largest public contracts of a borough are below it.
WORTH_CAP = Decimal(100_000_000)
MONTHS_CAP = 120
LONDON = "london"

_LONDON_TIME = ZoneInfo("Europe/London")
_YEAR_CAP = 5
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm|noon)?", re.ASCII | re.IGNORECASE)
_MAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_WEB = re.compile(r"https?://[^\s/.]+(\.[^\s/.]+)+(/\S*)?")
#: An ocid; or the number of a notice: 012345-2026, or as the journal wrote it, 2026/S 000-012345.
_CONTRACT = re.compile(r"ocds-[a-z0-9]{6}-\S{1,100}|\d{6}-\d{4}|\d{4}/S \d{3}-\d{6}", re.ASCII | re.IGNORECASE)
_HALF_A_DAY = 12

Problems = dict[str, str]


def check(question: str, draft: Draft, *, now: datetime) -> Problems:
    """What is wrong with the answer to one question, by field; nothing where it will do. Raises LookupError."""
    return _CHECKS[question](draft, now)


def terms_of(draft: Draft, *, now: datetime) -> Terms | Problems:
    """What a whole draft says, or everything that is wrong with it, by field."""
    problems: Problems = {}
    for question in QUESTIONS:
        problems |= check(question, draft, now=now)
    if problems:
        return problems
    starts = _day(draft.starts_day, draft.starts_month, draft.starts_year)
    closes = closing(draft)
    if isinstance(starts, str) or isinstance(closes, str):  # pragma: no cover - both were checked above
        raise TypeError
    return Terms(
        title=draft.title.strip(),
        description=draft.description.strip(),
        sector=draft.sector,
        areas=draft.areas,
        worth=_sum(draft.worth),
        starts=starts,
        ends=_after_months(starts, int(draft.months)) - timedelta(days=1),
        closes=closes,
        reply=draft.reply.strip(),
        asks=draft.asks.strip(),
        part_of=draft.part_of.strip(),
        find_a_tender=draft.find_a_tender.strip(),
    )


def closing(draft: Draft) -> datetime | str:
    """The moment a posting closes, in London's time, or what is wrong with it.

    In the night the clocks go back an hour comes twice: the later one counts, so nobody is shut out early. In the
    night they go forward an hour is missing, and no moment in it is taken.
    """
    return moment_said(draft.closes_day, draft.closes_month, draft.closes_year, draft.closes_time)


def refuse_if_opened(live: Draft | None, after: Draft, *, at: datetime) -> None:
    """Let no deadline be moved once replies that were written here are open: their prices are known by then.

    Raises:
        NotNow: it is.
    """
    if live is None or live.by_form != "yes":
        return
    had, has = closing(live), closing(after)
    if isinstance(had, datetime) and had <= at and has != had:
        raise NotNow(
            "The deadline has passed and the replies are open, so it stays. End it, or copy it and begin anew."
        )


def moment_said(day_said: str, month: str, year: str, clock: str) -> datetime | str:
    """A moment in London's time from its boxes, or what is wrong with it; the same rules as for a deadline."""
    day = _day(day_said, month, year)
    if isinstance(day, str):
        return day
    at = _clock(clock)
    if isinstance(at, str):
        return at
    found = datetime.combine(day, at, tzinfo=_LONDON_TIME).replace(fold=1)
    if found.astimezone(UTC).astimezone(_LONDON_TIME).time() != at:
        return "That time does not exist: the clocks go forward that night. Choose another, like 12 noon"
    return found


def worth_of(draft: Draft) -> Decimal | None:
    """Pounds without VAT; None where no sum above 0 is typed."""
    try:
        worth = _sum(draft.worth)
    except InvalidOperation:
        return None
    return worth if worth > 0 else None


# ---------------------------------------------------------------------------------------------------- each question


def _check_what(draft: Draft, _now: datetime) -> Problems:
    problems: Problems = {}
    _text(problems, "title", draft.title, cap=TITLE_CAP, missing="Enter a title, like Window cleaning at two schools")
    _text(problems, "description", draft.description, cap=DESCRIPTION_CAP, missing="Say what you need, in a few lines")
    if draft.by_contractor and not is_contract_number(draft.part_of.strip()):
        problems["part_of"] = (
            "Enter the number of the public contract this stems from: its ocid, like ocds-h6vhtk-0123ab, "
            "or its notice number, like 012345-2026"
        )
    return problems


def is_contract_number(said: str) -> bool:
    """Whether it is like an ocid or the number of a notice on Find a Tender or in the European journal."""
    return len(said) <= REPLY_CAP and _CONTRACT.fullmatch(said) is not None


def _check_sector(draft: Draft) -> Problems:
    known = {sector.key for sector in all_sectors()}
    return {} if draft.sector in known else {"sector": "Choose the trade that fits best"}


def _check_where(draft: Draft, _now: datetime) -> Problems:
    problems = _check_sector(draft)
    known = {LONDON, *gazetteer().authorities}
    if not draft.areas or not set(draft.areas) <= known:
        problems["area"] = "Choose all of London, or the boroughs where the work is"
    return problems


def _check_worth(draft: Draft, _now: datetime) -> Problems:
    try:
        worth = _sum(draft.worth)
    except InvalidOperation:
        said = "Enter a sum in pounds, like 18000" if draft.worth.strip() else "Enter what it is worth, like 18000"
        return {"worth": said}
    if worth <= 0:
        return {"worth": "Enter a sum above 0: your best guess will do"}
    if worth > WORTH_CAP:
        return {"worth": "That is over £100 million: this form is for small work"}
    return {}


def _check_length(draft: Draft, now: datetime) -> Problems:
    problems: Problems = {}
    starts = _day(draft.starts_day, draft.starts_month, draft.starts_year)
    if isinstance(starts, str):
        problems["starts"] = starts
    elif starts < _today(now):
        problems["starts"] = "That day is past. Enter the day the work starts"
    elif starts.year > _today(now).year + _YEAR_CAP:
        problems["starts"] = "That is more than five years away. Check the year"
    if not _is_number(draft.months) or not 1 <= int(draft.months) <= MONTHS_CAP:
        problems["months"] = f"Enter how many months it lasts, from 1 to {MONTHS_CAP}"
    return problems


def _check_closing(draft: Draft, now: datetime) -> Problems:
    found = closing(draft)
    if isinstance(found, str):
        return {"closes": found}
    if found <= now:
        return {"closes": "That moment is past. Give firms time to answer: two weeks is usual"}
    if found.year > _today(now).year + _YEAR_CAP:
        return {"closes": "That is more than five years away. Check the year"}
    return {}


def _check_reply(draft: Draft, _now: datetime) -> Problems:
    problems: Problems = {}
    said = draft.reply.strip()
    on_our_page = draft.by_form == "yes" and not said
    if not on_our_page and (len(said) > REPLY_CAP or not (_MAIL.fullmatch(said) or _WEB.fullmatch(said))):
        problems["reply"] = "Enter an e-mail address, or a web address that begins with https://"
    _text(
        problems, "asks", draft.asks, cap=ASKS_CAP, missing="Say what a reply is to hold, like a price and a reference"
    )
    return problems


_CHECKS: dict[str, Callable[[Draft, datetime], Problems]] = {
    "what": _check_what,
    "where": _check_where,
    "how-much": _check_worth,
    "how-long": _check_length,
    "by-when": _check_closing,
    "how-to-reply": _check_reply,
}
#: The questions in their order.
QUESTIONS = tuple(_CHECKS)


# ------------------------------------------------------------------------------------------------------------ inside


def _text(problems: Problems, name: str, said: str, *, cap: int, missing: str) -> None:
    if not said.strip():
        problems[name] = missing
    elif len(said.strip()) > cap:
        problems[name] = f"That is {len(said.strip()):,} characters. Keep it to {cap:,}"


def _sum(said: str) -> Decimal:
    """A sum in pounds. Raises InvalidOperation."""
    plain = re.sub(r"GBP|[£,\s]", "", said, flags=re.IGNORECASE)
    if not re.fullmatch(r"-?\d{1,15}(\.\d{1,2})?", plain, re.ASCII):
        raise InvalidOperation
    return Decimal(plain)


def _is_number(said: str) -> bool:
    return re.fullmatch(r"\s*\d{1,4}\s*", said, re.ASCII) is not None


def _day(day: str, month: str, year: str) -> date | str:
    parts = (day, month, year)
    if not any(part.strip() for part in parts):
        return "Enter a day, like 27 3 2027"
    if not all(_is_number(part) for part in parts):
        return "Enter day, month and year as numbers, like 27 3 2027"
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return "There is no such day. Check day and month"


def _clock(said: str) -> time | str:
    found = _TIME.fullmatch(said.strip())
    if found is None:
        return "Enter a time, like 12 noon, 5pm or 17:00"
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if half in {"pm", "noon"} and hour < _HALF_A_DAY:
        hour += _HALF_A_DAY
    if half == "am" and hour == _HALF_A_DAY:
        hour = 0
    try:
        at = time(hour, minute)
    except ValueError:
        return "There is no such time. Enter one like 12 noon, 5pm or 17:00"
    if at == time(0):
        return "Choose another time than midnight: people take it for the day before or the day after"
    return at


def _after_months(start: date, months: int) -> date:
    """The same day some months later, or the last day of a shorter month."""
    year, month = divmod(start.month - 1 + months, 12)
    for day in range(start.day, 27, -1):
        try:
            return date(start.year + year, month + 1, day)
        except ValueError:
            continue
    return date(start.year + year, month + 1, min(start.day, 28))


def _today(now: datetime) -> date:
    return now.astimezone(_LONDON_TIME).date()
