"""What is wrong with what was typed: a sentence beside each field, and all of them above the form with a way to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar

from service.errors import AskedWrongly

_ITSELF: Mapping[str, str] = MappingProxyType({})


def beside(problems: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The sentence beside each field, as the form macros want it."""
    return {name: {"text": text} for name, text in problems.items()}


def above(problems: Mapping[str, str], *, first_box: Mapping[str, str] = _ITSELF) -> list[dict[str, str]]:
    """The sentences as the error summary wants them; `first_box` names the box of a field that has several."""
    return [{"text": text, "href": f"#{first_box.get(name, name)}"} for name, text in problems.items()]


def sentence_of(wrong: AskedWrongly) -> str:
    """What is wrong, as it stands beside a field: the case at hand, without the sentence that is said of all such."""
    return (wrong.detail or str(wrong)).rstrip(".")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mendable:
    """A form that shows what is to be mended."""

    #: The first box of a field that has several.
    FIRST_BOX: ClassVar[Mapping[str, str]] = _ITSELF

    problems: Mapping[str, str] = field(default_factory=dict)

    def error(self, name: str) -> dict[str, str] | None:
        """The sentence for a field, as the form macros want it."""
        return beside(self.problems).get(name)

    @property
    def summary(self) -> list[dict[str, str]]:
        """The problems as the error summary wants them."""
        return above(self.problems, first_box=self.FIRST_BOX)


def day_boxes(name: str, values: tuple[str, str, str], *, is_wrong: bool) -> list[dict[str, object]]:
    """The three boxes of a day, with what was typed into each."""
    wrong = " govuk-input--error" if is_wrong else ""
    return [
        {
            "id": f"{name}_{part}",
            "name": f"{name}_{part}",
            "label": part.capitalize(),
            "value": value,
            "classes": f"govuk-input--width-{4 if part == 'year' else 2}{wrong}",
        }
        for part, value in zip(("day", "month", "year"), values, strict=True)
    ]
