"""The form of a programme: what was posted becomes a draft, and a draft fills the boxes again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from service.domain.programme import TOPICS, ProgrammeError
from service.domain.programme_draft import ProgrammeDraft, day_of
from service.domain.sectors import all_sectors
from service.web.forms.fields import Fields
from service.web.forms.filters import boroughs_by_name
from service.web.forms.problems import Mendable, day_boxes
from service.web.programme_words import COST_WORDS, HELP_WORDS, OWNERS, SIZE_WORDS, STAGE_WORDS, topic_words

#: Characters of a box that are kept, so that what is too long can be shortened and not be typed again.
_BOX_CAP = 4000
_PARTS = ("day", "month", "year")
_WIDE = (("london", "All of London"), ("england", "All of England"), ("uk", "The whole country"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeForm(Mendable):
    """The boxes, with a sentence beside each field to mend."""

    FIRST_BOX: ClassVar[Mapping[str, str]] = {"starts": "starts_day", "ends": "ends_day"}

    typed: ProgrammeDraft

    def boxes(self, name: str) -> list[dict[str, object]]:
        """The choices of a field of several words."""
        chosen = getattr(self.typed, name)
        return [{"value": key, "text": text, "checked": key in chosen} for key, text in _choices(name)]

    @property
    def costs(self) -> list[dict[str, object]]:
        """What it costs."""
        return [{"value": key, "text": text, "checked": key == self.typed.cost} for key, text in COST_WORDS.items()]

    def day(self, name: str) -> list[dict[str, object]]:
        """The three boxes of a day."""
        return day_boxes(name, _parts_of(getattr(self.typed, name)), is_wrong=name in self.problems)


def typed_programme(fields: Fields) -> ProgrammeDraft:
    """The boxes of a posted form, as they were typed."""
    return ProgrammeDraft(
        name=_line(fields, "name"),
        provider=_line(fields, "provider"),
        summary=_line(fields, "summary"),
        for_whom=_line(fields, "for_whom"),
        helps_with=_chosen(fields, "helps_with"),
        topics=_chosen(fields, "topics"),
        sectors=_chosen(fields, "sectors"),
        sizes=_chosen(fields, "sizes"),
        stages=_chosen(fields, "stages"),
        ownership=_chosen(fields, "ownership"),
        area=_chosen(fields, "area"),
        cost=_line(fields, "cost"),
        cost_note=_line(fields, "cost_note"),
        cost_evidence=_line(fields, "cost_evidence"),
        eligibility=_line(fields, "eligibility"),
        how_to_apply=_line(fields, "how_to_apply"),
        url=_line(fields, "url"),
        email=_line(fields, "email"),
        starts=_day(fields, "starts"),
        ends=_day(fields, "ends"),
    )


def _choices(name: str) -> Iterable[tuple[str, str]]:
    words: dict[str, Iterable[tuple[str, str]]] = {
        "helps_with": HELP_WORDS.items(),
        "topics": [(key, topic_words(key)) for key in TOPICS if key != "own_guide"],
        "sectors": [(each.key, each.label) for each in all_sectors()],
        "sizes": [(key, text.capitalize()) for key, text in SIZE_WORDS.items()],
        "stages": [(key, text.capitalize()) for key, text in STAGE_WORDS.items()],
        "ownership": [(key, text.capitalize()) for key, text in OWNERS.items()],
        "area": (*_WIDE, *boroughs_by_name()),
    }
    return words[name]


def _line(fields: Fields, name: str) -> str:
    """One line, whatever was pressed between the words; letters that no page can show are left out."""
    return re.sub(r"[\x00-\x1f\x7f]", "", " ".join(fields.get(name, "").split()))[:_BOX_CAP]


def _chosen(fields: Fields, name: str) -> tuple[str, ...]:
    """The boxes that were ticked, of those that there are."""
    known = {key for key, _ in _choices(name)}
    return tuple(dict.fromkeys(value for value in fields.getall(name, ()) if value in known))


def _day(fields: Fields, name: str) -> str:
    """A day as typed; in one form where it is one, so that the same day is never a change."""
    parts = [_line(fields, f"{name}_{part}")[:40].replace("/", "") for part in _PARTS]
    said = "/".join(parts) if any(parts) else ""
    try:
        day = day_of(said)
    except ProgrammeError:
        return said
    return day.isoformat() if day else ""


def _parts_of(said: str) -> tuple[str, str, str]:
    try:
        day = date.fromisoformat(said)
    except ValueError:
        parts = said.split("/")
        return (parts[0], parts[1], parts[2]) if len(parts) == len(_PARTS) else ("", "", "")
    return str(day.day), str(day.month), str(day.year)
