"""The form of when a firm hears from us."""

from __future__ import annotations

from dataclasses import dataclass

from service.domain.rhythm import LEADS, PACES, Pace, Rhythm
from service.domain.wording import count_words
from service.web.forms.fields import Fields
from service.web.forms.problems import Mendable

_HOURS = 24
_NOON = 12

PACE_WORDS: dict[Pace, tuple[str, str]] = {
    "at_once": ("At once", "As soon as something fits. Many at once come as one message."),
    "daily": ("Once a day", "One message at 7 in the morning, if there is anything."),
    "weekly": ("Once a week", "One message on Monday at 7 in the morning, if there is anything."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedRhythm:
    """What is in the boxes, exactly as chosen."""

    pace: str = ""
    quiet_from: str = ""
    quiet_until: str = ""
    working_days_only: bool = False
    remind_days: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RhythmForm(Mendable):
    """The boxes, with a sentence beside each field to mend."""

    typed: TypedRhythm

    @property
    def paces(self) -> list[dict[str, object]]:
        """The choices of how often."""
        return [
            {"value": key, "text": text, "hint": {"text": hint}, "checked": key == self.typed.pace}
            for key, (text, hint) in PACE_WORDS.items()
        ]

    @property
    def from_hours(self) -> list[dict[str, object]]:
        """When quiet hours begin."""
        return _hours("No quiet hours", chosen=self.typed.quiet_from)

    @property
    def until_hours(self) -> list[dict[str, object]]:
        """When quiet hours end."""
        return _hours("No quiet hours", chosen=self.typed.quiet_until)

    @property
    def leads(self) -> list[dict[str, object]]:
        """How long before the deadline."""
        return [
            {
                "value": str(days),
                "text": f"{count_words(days, 'day', 'days')} before" if days else "Never",
                "selected": str(days) == self.typed.remind_days,
            }
            for days in LEADS
        ]


def typed_rhythm(fields: Fields) -> TypedRhythm:
    """The boxes of a posted form."""
    return TypedRhythm(
        pace=fields.get("pace", ""),
        quiet_from=fields.get("quiet_from", ""),
        quiet_until=fields.get("quiet_until", ""),
        working_days_only=fields.get("working_days", "") == "yes",
        remind_days=fields.get("remind_days", ""),
    )


def rhythm_typed(rhythm: Rhythm) -> TypedRhythm:
    """A kept rhythm, back in the boxes."""
    return TypedRhythm(
        pace=rhythm.pace,
        quiet_from="" if rhythm.quiet_from is None else str(rhythm.quiet_from),
        quiet_until="" if rhythm.quiet_until is None else str(rhythm.quiet_until),
        working_days_only=rhythm.working_days_only,
        remind_days=str(rhythm.remind_days),
    )


def check_rhythm(typed: TypedRhythm) -> Rhythm | dict[str, str]:
    """The rhythm, or the sentence for each field to mend."""
    problems: dict[str, str] = {}
    pace = next((each for each in PACES if each == typed.pace), None)
    if pace is None:
        problems["pace"] = "Choose how often you want to hear from us"
    hours = {str(hour): hour for hour in range(_HOURS)}
    quiet_from, quiet_until = hours.get(typed.quiet_from), hours.get(typed.quiet_until)
    if (quiet_from is None) != (quiet_until is None):
        missing = "quiet_from" if quiet_from is None else "quiet_until"
        problems[missing] = f"Choose when quiet hours {'begin' if quiet_from is None else 'end'}, or no quiet hours"
    elif quiet_from is not None and quiet_from == quiet_until:
        problems["quiet_until"] = "Quiet hours must end at another hour than they begin"
    lead = next((days for days in LEADS if str(days) == typed.remind_days), None)
    if lead is None:
        problems["remind_days"] = "Choose how long before the closing date we remind you"
    if problems or pace is None or lead is None:
        return problems
    return Rhythm(
        pace=pace,
        quiet_from=quiet_from,
        quiet_until=quiet_until,
        working_days_only=typed.working_days_only,
        remind_days=lead,
    )


def hour_words(hour: int) -> str:
    """A whole hour: midnight, 7am, 12 noon, 8pm."""
    if hour % _NOON == 0:
        return "12 noon" if hour else "midnight"
    return f"{hour % _NOON}{'am' if hour < _NOON else 'pm'}"


def rhythm_words(rhythm: Rhythm) -> str:
    """A rhythm in a line: Once a day, on working days, not from 8pm to 7am, reminders 3 days before."""
    said = [PACE_WORDS[rhythm.pace][0]]
    if rhythm.working_days_only:
        said.append("on working days")
    if rhythm.quiet_from is not None and rhythm.quiet_until is not None:
        said.append(f"not from {hour_words(rhythm.quiet_from)} to {hour_words(rhythm.quiet_until)}")
    days = count_words(rhythm.remind_days, "day", "days")
    said.append(f"reminders {days} before" if rhythm.remind_days else "no reminders")
    return ", ".join(said)


def _hours(none: str, *, chosen: str) -> list[dict[str, object]]:
    choices = [("", none), *((str(hour), hour_words(hour)) for hour in range(_HOURS))]
    return [{"value": value, "text": text, "selected": value == chosen} for value, text in choices]
