"""The supplier's-eye check: what it finds in a posting, why, and what it leaves alone. Expected values are by hand."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from classifiers.tagger import TAGGER
from service.domain.opportunity import Details
from service.domain.reading_age import readability, syllables_of
from service.domain.supplier_eye import Posted, jargon_in, supplier_eye
from service.domain.tagging import Fact

TODAY = date(2026, 11, 24)  # a Tuesday
#: Real notices that are looked at.
_REAL = 400
PLAIN = Posted(
    text="Clean the windows of two schools. Come four times a year. Send us a price.",
    worth=Decimal(18000),
    months=36,
    starts=date(2027, 4, 1),
    closes=date(2027, 1, 12),
)


def fact(kind: str, normal: str) -> Fact:
    return Fact(kind=kind, value="", quote="", start=0, end=0, normal=normal)


def flags(posted: Posted) -> dict[str, str]:
    return {each.about: each.sentence for each in supplier_eye(posted, today=TODAY).flags}


@pytest.mark.parametrize(
    ("word", "number"),
    [("clean", 1), ("window", 2), ("tender", 2), ("notice", 2), ("price", 1), ("cleaned", 1), ("wanted", 2),
     ("table", 2), ("utilisation", 5), ("the", 1), ("rhythm", 1), ("needed", 2), ("firms", 1), ("services", 3)],
)  # fmt: skip
def test_syllables_are_counted_as_people_say_them(word: str, number: int) -> None:
    assert syllables_of(word) == number


def test_reading_age_is_the_formula_done_by_hand() -> None:
    said = readability("The cat sat on the mat. The dog ran to the tree. We saw it.")
    # 15 words, 3 sentences, 15 syllables: 0.39 * 5 + 11.8 * 1 - 15.59 = -1.84; with 5 years it is 3, told as 5.
    assert (said.words, said.age, said.longest) == (15, 5, 6)
    hard = readability("Organisations demonstrating considerable administrative capability participate.")
    # 6 words, 1 sentence, 27 syllables: 0.39 * 6 + 11.8 * 4.5 - 15.59 = 39.85; told as the oldest, 30.
    assert (hard.words, hard.age) == (6, 30)


def test_addresses_are_no_prose_and_lines_of_a_list_are_sentences() -> None:
    assert readability("Write to quotes@borough.example or https://borough.example/a-long-address").words == 3
    assert readability("One two three\nfour five\n\nsix").longest == 3
    assert readability("").words == 0


def test_a_text_too_short_is_not_judged() -> None:
    eye = supplier_eye(replace(PLAIN, text="Clean windows."), today=TODAY)
    assert eye.reads is None
    assert eye.reads_words == "Too short to tell how it reads."


def test_a_plain_posting_has_nothing_to_mend() -> None:
    eye = supplier_eye(PLAIN, today=TODAY)
    assert eye.flags == ()
    assert eye.jargon == ()
    assert eye.effort.words == "about 3 hours"
    assert eye.effort.share == pytest.approx(120 / 6000)  # 3 hours at £40; £18,000 over three years
    assert not eye.effort.is_dear


def test_jargon_is_quoted_as_it_stands_with_plainer_words() -> None:
    found = {
        each.found: each.instead for each in jargon_in("Prior to commencement, Tenderers shall utilise KPIs. No TUPE.")
    }
    assert found["Prior to"] == "before"
    assert found["utilise"] == "use"
    assert found["commencement"] == "start"
    assert set(found) == {"Prior to", "commencement", "Tenderers", "shall", "utilise", "KPIs", "TUPE"}


def test_a_word_that_only_looks_like_jargon_is_left_alone() -> None:
    assert jargon_in("The Marshall centre serves meat. Its sla is new; commas are fine.") == ()


def test_what_is_asked_for_takes_hours_and_numbers_multiply() -> None:
    plain = supplier_eye(PLAIN, today=TODAY).effort
    asks = replace(PLAIN, text=f"{PLAIN.text} Send three method statements, two references and your accounts.")
    effort = supplier_eye(asks, today=TODAY).effort
    assert effort.hours == plain.hours + 3 * 4 + 2 * 0.5 + 1
    assert "a written account of how the work is done" in effort.parts
    assert effort.words == "about 2.5 days of one person"  # 17 hours of 7.5 a day
    assert effort.is_dear  # £680 of £6,000 a year
    assert effort.share_words == "About £680, 11 per cent of the worth of a year."


def test_a_number_is_capped_and_what_is_not_asked_for_costs_nothing() -> None:
    many = replace(PLAIN, text="Nine references. No site visit. Without an interview.")
    assert supplier_eye(replace(many, text="9 references."), today=TODAY).effort.hours == 3 + 5 * 0.5
    assert supplier_eye(replace(many, text="No site visit, without an interview."), today=TODAY).effort.hours == 3


def test_insurance_out_of_line_with_the_worth_is_pointed_out() -> None:
    much = replace(PLAIN, facts=(fact("insurance", "public_liability:10000000"),))
    assert flags(much)["insurance"].startswith("£10,000,000 of public liability cover is much for work worth £18,000.")
    assert flags(replace(much, worth=Decimal(50000))) == {}
    assert flags(replace(PLAIN, facts=(fact("insurance", "public_liability:4999999"),))) == {}
    assert flags(replace(PLAIN, facts=(fact("insurance", "employers_liability:10000000"),))) == {}, "that is the law"
    assert flags(replace(much, worth=None)) == {}, "nothing is known to compare it with"


def test_a_turnover_of_more_than_twice_a_year_is_pointed_out() -> None:
    # £18,000 over 36 months is £6,000 a year.
    assert "turnover" in flags(replace(PLAIN, facts=(fact("turnover", "12001"),)))
    assert flags(replace(PLAIN, facts=(fact("turnover", "12000"),))) == {}
    assert flags(replace(PLAIN, facts=(fact("turnover", "nonsense"), fact("turnover", "Infinity")))) == {}


def test_too_short_a_time_is_pointed_out() -> None:
    # From Tuesday 24 November: 30 November is 4 working days on, 1 December 5, 7 December 9, 8 December 10.
    assert "too short" in flags(replace(PLAIN, closes=date(2026, 11, 30)))["time"]
    assert flags(replace(PLAIN, closes=date(2026, 12, 1)))["time"].startswith("5 working days to reply is tight")
    assert flags(replace(PLAIN, closes=date(2026, 12, 7)))["time"].startswith("9 working days")
    assert flags(replace(PLAIN, closes=date(2026, 12, 8))) == {}
    assert flags(replace(PLAIN, closes=TODAY))["time"].startswith("No working days")


def test_christmas_is_no_time_to_write_bids() -> None:
    # 25 and 28 December 2026 and 1 January 2027 are bank holidays: from the 24th to the 4th are 4 working days.
    found = supplier_eye(replace(PLAIN, closes=date(2027, 1, 4)), today=date(2026, 12, 24)).flags
    assert found[0].sentence.startswith("4 working days to reply is too short")


def test_a_start_on_the_heels_of_the_deadline_is_pointed_out() -> None:
    assert "6 days after" in flags(replace(PLAIN, starts=date(2027, 1, 18)))["start"]
    assert flags(replace(PLAIN, starts=date(2027, 1, 19))) == {}
    assert "before the deadline" in flags(replace(PLAIN, starts=date(2027, 1, 11)))["start"]


def test_every_hint_says_why() -> None:
    asked = (fact("insurance", "public_liability:10000000"), fact("turnover", "1000000"))
    soon = replace(PLAIN, facts=asked, closes=date(2026, 11, 26), starts=date(2026, 11, 27))
    found = supplier_eye(soon, today=TODAY).flags
    assert [each.about for each in found] == ["insurance", "turnover", "time", "start"]
    assert all(each.reason for each in found)


def test_real_notices_are_read_whole_and_what_is_quoted_stands_in_them(shared_data: Path) -> None:
    ages, flagged, jargon = [], 0, 0
    with gzip.open(shared_data / "notices" / "train.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for _, line in zip(range(_REAL), lines, strict=False)]
    for row in rows:
        text = f"{row['title']}.\n{row['description']}"
        facts = TAGGER.tags(Details(title=row["title"], description=row["description"])).facts
        worth = Decimal(str(row["value"])) if row.get("value") else None
        eye = supplier_eye(Posted(text=text, worth=worth, facts=facts), today=TODAY)
        level = re.sub(r"\s+", " ", re.sub("[\u2010-\u2015\u2212\u00ad]", "-", text))
        assert all(each.found in level for each in eye.jargon)
        assert eye.effort.hours >= 3
        ages += [eye.reads.age] if eye.reads else []
        flagged, jargon = flagged + bool(eye.flags), jargon + bool(eye.jargon)
    assert len(rows) == _REAL
    assert len(ages) > _REAL / 2
    assert 14 <= sorted(ages)[len(ages) // 2] <= 22, "notices are written for graduates"
    assert 0.1 < jargon / _REAL < 0.9
    assert flagged < _REAL / 2
    print(f"reading age {sorted(ages)[len(ages) // 2]} in the middle, jargon in {jargon}, flags in {flagged}")  # noqa: T201 - docs/posting.md
