"""What a declarative source file may say: the schema of `scrapers/sources/*.toml`.

A file tells where a list is, where its rows and fields are, what each field is, and what must hold for the page to be
believed. There is no code in it, so anybody can read what a source does, and no source can do what another cannot.
How to write one: docs/how-to/add-a-source.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from scrapers.kinds.html_selectors import nth_cell
from scrapers.kinds.sheet import Selection, Where
from service.domain.gazetteer import gazetteer
from service.domain.opportunity import Stage

#: Every field a file may fill, and what it is.
TEXTS = ("reference", "title", "description", "buyer", "supplier", "procedure", "cpv", "postcode")
DATES = ("published", "deadline", "enquiries_until", "decision_due", "starts", "ends")
FIELDS = (*TEXTS, *DATES, "value", "url")

Kind = Literal["html_list", "csv_file", "json_api", "feed", "none"]
#: What a text must look like for a column to be believed.
Shape = Literal["", "any", "public_body", "company"]

_WHERE_OF = {"html_list": ("select", "column"), "csv_file": ("column",), "json_api": ("path",), "feed": ("entry",)}
#: A group that repeats inside a group that repeats: the way in which a pattern never ends on a long line of one letter.
_TWICE = re.compile(r"\((?:[^()\\]|\\.)*[+*}](?:[^()\\]|\\.)*\)(?:[+*]|\{\d+,\d*\})")


def _many(said: object) -> object:
    return (said,) if isinstance(said, str) else said


Words = Annotated[tuple[str, ...], BeforeValidator(_many)]


def _pattern(said: str) -> str:
    try:
        re.compile(said)
    except re.error as trouble:
        msg = f"it is no regular expression ({trouble})"
        raise ValueError(msg) from None
    if _TWICE.search(said):
        msg = "a group that repeats holds something that repeats, which can take for ever on a long text"
        raise ValueError(msg)
    return said


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class CardRules(_Rules):
    """The `[card]`: what people are told about the source. As `SourceCard`."""

    name: str = Field(min_length=1, max_length=120)
    home: str = Field(pattern=r"^https?://[^\s]+$")
    licence: str = Field(min_length=1)
    attribution: str = Field(min_length=1)
    rhythm: str = "not asked"
    every: float = Field(14_400.0, ge=900)
    permission: Literal["open", "needs_permission", "prohibited"]
    authorities: tuple[str, ...] = ()
    silence: int | None = Field(None, ge=1, le=400)
    caveats: tuple[str, ...] = ()

    @field_validator("authorities")
    @classmethod
    def _known(cls, said: tuple[str, ...]) -> tuple[str, ...]:
        strangers = [code for code in said if gazetteer().borough(code) is None]
        if strangers:
            msg = f"{strangers[0]!r} is not the GSS code of a London authority, like E09000012"
            raise ValueError(msg)
        return said


class RequestRules(_Rules):
    """The `[request]`: how the list is asked for.

    Attributes:
        base: scheme and host, and what every path begins with; "" where an operator must set BOWBELL_SOURCE_<KEY>_URL.
        path: the rest of the address; `{page}` stands for the number of the page.
        pages: the most pages asked for in one poll.
        first_page: the number of the first page.
        pace: seconds between two requests.
        headers: sent along.
        most_bytes: the largest body taken.
    """

    base: str = Field("", pattern=r"^(https?://[^\s]+[^\s/])?$")
    path: str = Field(pattern=r"^/[^\s]*$")
    pages: int = Field(1, ge=1, le=20)
    first_page: int = Field(1, ge=0, le=1)
    pace: float = Field(10.0, ge=1.0)
    headers: dict[str, str] = {}
    most_bytes: int = Field(5_000_000, ge=1_000, le=20_000_000)

    @model_validator(mode="after")
    def _paged(self) -> RequestRules:
        if self.pages > 1 and "{page}" not in self.path:
            msg = "pages is more than 1, so path must hold {page}"
            raise ValueError(msg)
        return self


class RowRules(_Rules):
    """The `[rows]`: where rows are and what names them.

    Attributes:
        select: html_list: a CSS selector of the rows.
        headings: html_list: a CSS selector of the cells that head the columns.
        path: json_api: names from the top to the list, joined by dots.
        empty: what the page says when there are none; for json_api the path of a number that is then 0.
        fewest: fewer rows are drift; 0: no rows are nothing to worry about.
        identity: the fields that together name a row for ever.
    """

    select: str = ""
    headings: str = ""
    path: str = ""
    empty: Words = ()
    fewest: int = Field(1, ge=0)
    identity: Words = ("reference",)


class FieldRules(_Rules):
    """One `[fields.NAME]`: where it is and what it must be.

    Attributes:
        select, take, column, heading: html_list and csv_file; see `Where`.
        path: json_api: names from the row inwards, joined by dots.
        entry: feed: title, link, id, summary, published, updated, author, tags, or a name like dc_identifier.
        required: a row without it is set aside.
        share: the least share of rows that must have it, 0 to 1; where required, nine in ten unless said otherwise.
        find: a regular expression; its first group, or all it finds, is the value.
        pattern: a regular expression the whole value must be.
        dates: how dates are written (strptime); also "iso" and "/Date(ms)/". Without an offset they are London's.
        money: the currency where the page names none.
        none: what stands for "not stated".
        one_of: the only values there are.
        shape: what a text must look like: public_body, company, any; by itself a buyer is a public_body.
    """

    select: str = ""
    take: str = ""
    column: Words = ()
    heading: Words = ()
    path: str = ""
    entry: str = ""
    required: bool = False
    share: float | None = Field(None, ge=0, le=1)
    find: Annotated[str, BeforeValidator(lambda said: _pattern(said) if isinstance(said, str) else said)] = ""
    pattern: Annotated[str, BeforeValidator(lambda said: _pattern(said) if isinstance(said, str) else said)] = ""
    dates: Words = ()
    money: str = Field("", pattern=r"^([A-Z]{3})?$")
    none: Words = ()
    one_of: Words = ()
    shape: Shape = ""

    @property
    def least_share(self) -> float | None:
        """The least share of rows that must have the field; None: none must."""
        return self.share if self.share is not None else 0.9 if self.required else None

    def where(self) -> Where:
        """Where the field stands in a row."""
        return Where(
            select=self.select,
            take=self.take,
            column=self.column,
            heading=self.heading,
            path=tuple(self.path.split(".")) if self.path else (),
            entry=self.entry,
        )


class KeepRules(_Rules):
    """The `[keep]`: which rows are ours. Both must hold where both are said.

    Attributes:
        authorities: only rows whose buyer is one of the card's authorities: one poll of a shared portal, split by
            buyer.
        words: only rows with one of these words in title or description.
    """

    authorities: bool = False
    words: Words = ()


class MeansRules(_Rules):
    """The `[means]`: what a row is.

    Attributes:
        stage: tender, planning, pipeline, award or contract.
        buyer: the buyer where the list names none.
        joins: whether `reference` is a number other services print too (a DN number): then it joins the notices.
    """

    stage: Literal["tender", "planning", "pipeline", "award", "contract"] = "tender"
    buyer: str = ""
    joins: bool = False

    @property
    def as_stage(self) -> Stage:
        """The stage in our words."""
        return Stage(self.stage)


class SourceRules(_Rules):
    """A whole file."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]{2,39}$")
    kind: Kind
    card: CardRules
    request: RequestRules | None = None
    rows: RowRules = RowRules()
    fields: dict[str, FieldRules] = {}
    keep: KeepRules = KeepRules()
    means: MeansRules = MeansRules()

    @model_validator(mode="after")
    def _whole(self) -> SourceRules:
        """Find the first thing that does not fit. The sentence begins with the key it is about, then a bar."""
        for key, why in self._misfits():
            msg = f"{key}|{why}"
            raise ValueError(msg)
        return self

    def _misfits(self) -> Iterable[tuple[str, str]]:
        if self.kind != "none":
            yield from self._misfits_of_a_list()
        elif self.card.permission != "prohibited":
            yield "kind", 'a source that is not "prohibited" needs a kind: html_list, csv_file, json_api or feed'

    def _misfits_of_a_list(self) -> Iterable[tuple[str, str]]:
        if self.request is None:
            yield "request", "say where the list is"
        if self.kind == "html_list" and not self.rows.select:
            yield "rows.select", "say which CSS selector finds the rows"
        for name in ("title", *self.rows.identity):
            if name not in self.fields:
                yield f"fields.{name}", "say where it is: it is needed"
            elif not self.fields[name].required:
                yield f"fields.{name}.required", "it must be true: a row is nothing without it"
        if "buyer" not in self.fields and not self.means.buyer:
            yield "means.buyer", "say who buys, or where the row says so (fields.buyer)"
        if self.keep.authorities and ("buyer" not in self.fields or not self.card.authorities):
            yield "keep.authorities", "it needs fields.buyer and card.authorities"
        for name, rules in self.fields.items():
            yield from self._misfits_of(name, rules)

    def _misfits_of(self, name: str, rules: FieldRules) -> Iterable[tuple[str, str]]:
        key = f"fields.{name}"
        if name not in FIELDS:
            yield key, f"there is no such field; there are {', '.join(FIELDS)}"
        places = _WHERE_OF[self.kind]
        if not any(getattr(rules, place) for place in places):
            yield key, f"say where it is: {' or '.join(places)}"
        if (name in DATES) != bool(rules.dates):
            yield (
                f"{key}.dates",
                "it is for dates and for dates alone" if rules.dates else "say how the date is written",
            )
        if name == "value" and not rules.money:
            yield f"{key}.money", "say in which currency, like GBP"
        if self.kind == "html_list" and rules.column and not self.rows.headings:
            yield "rows.headings", f"{key} is found by its heading: say which CSS selector finds the headings"
        if rules.heading and nth_cell(rules.select) is None:
            yield f"{key}.heading", "it needs a select that begins with td:nth-child(NUMBER)"

    def selection(self) -> Selection:
        """Where rows and fields are, for the reader of the page."""
        return Selection(
            kind=self.kind,
            fields={name: rules.where() for name, rules in self.fields.items()},
            rows=self.rows.path if self.kind == "json_api" else self.rows.select,
            headings=self.rows.headings,
            empty=self.rows.empty,
        )
