"""Which of the languages of an eForms notice is read: English where it is given, else the notice's own."""

from __future__ import annotations

from dataclasses import dataclass

from scrapers.kinds import ted_codes, words
from scrapers.kinds.xml_notice import Element, at, children

_ENGLISH = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """A notice's own language, and the choice between several tellings of one field.

    Attributes:
        notice: two letters; "" where it is not stated.
    """

    notice: str

    @property
    def original(self) -> str:
        """The notice's own language as `Details.language` says it: "" for English."""
        return "" if self.notice == _ENGLISH else self.notice

    def rank(self, language: str) -> int:
        """How much a telling in a language (two or three letters, "" for none) is wanted, the least first."""
        plain = ted_codes.language(language)
        return 0 if plain == _ENGLISH else 1 if plain == (self.notice or plain) else 2

    def said(self, parent: Element | None, name: str) -> tuple[str, str]:
        """The telling to read of a field, with its language ("" for English); ("", "") where it has none."""
        tellings = [
            (self.rank(child.get("languageID") or ""), number, words.line(child.text or ""), child)
            for number, child in enumerate(children(parent, name))
        ]
        best = min((each for each in tellings if each[2]), key=lambda each: each[:2], default=None)
        if best is None:
            return "", ""
        language = ted_codes.language(best[3].get("languageID") or self.notice)
        return best[2], "" if language == _ENGLISH else language

    def name(self, company: Element | None) -> str:
        """A company's name in the language preferred: each language has a PartyName of its own."""
        found = [
            (self.rank(name.get("languageID") or ""), number, words.line(name.text or ""))
            for number, name in enumerate(at(company, "PartyName", "Name"))
        ]
        return min((each for each in found if each[2]), default=(0, 0, ""))[2]


def tongue_of(notice_language: str) -> Tongue:
    """The tongue of a notice whose language code (BT-702) is given."""
    return Tongue(notice=ted_codes.language(notice_language))
