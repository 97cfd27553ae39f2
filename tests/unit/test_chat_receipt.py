"""Promises of the receipt as a chat shows it: the words of the letter, short, escaped, and no contradiction in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from notifiers.chat_receipt import chat_silence
from notifiers.silence_letter import write_silence
from service.domain.interest import Interest
from service.domain.message import Links
from service.domain.silence import Helping, Receipt, Weighed, checked_words
from service.domain.source_health import Spell
from service.domain.why_not import Change

LINKS = Links(manage="https://b.example/manage/t", unsubscribe="https://b.example/unsubscribe/t")
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
DOWN = Spell(source="s", health="down", reason="", began=NOW - timedelta(days=9), ended=NOW - timedelta(days=7))
ASKED = Receipt(
    since=NOW - timedelta(days=30),
    until=NOW,
    sources=41,
    notices=2_310,
    told=0,
    weighed=Weighed(
        compared=1_204,
        fitting=0,
        closed=(("trade", 1_102), ("place", 83), ("worth", 18), ("time", 1)),
        helps=Helping(change=Change(key="area:x", words="added <Camden>", interest=Interest()), count=5),
    ),
    troubles=(("Sample & Sons", DOWN),) * 5,
    is_on=True,
    days=30,
)


def test_a_chat_reads_what_was_checked_why_nothing_fitted_and_that_the_alerts_are_on() -> None:
    said = chat_silence(ASKED, LINKS).text
    assert said.splitlines()[0] == "Nothing fitted in the last 30 days"
    assert "We checked 41 sources and 2,310 notices: 1,204 pieces of work" in said
    assert "• 1,102 were of another trade" in said
    assert "left too little time" not in said, "three gates are named, the widest"
    assert "If you added <Camden>, 5 of them would have reached you." in said
    assert said.count("Sample & Sons did not answer") == 3
    assert "And 2 more times: see our sources page." in said
    assert said.rstrip().endswith("Your alerts are on. You hear from us when something fits.")
    assert LINKS.manage not in said, "in a chat a word does what a link does in mail"


def test_what_comes_from_outside_is_escaped_and_long_names_are_cut() -> None:
    long = replace(ASKED, troubles=(("<b>" + "x" * 9_000, DOWN),))
    html = chat_silence(long, LINKS).html
    assert "<b>x" not in html
    assert "added &lt;Camden&gt;" in html
    assert len(html) < 4_096


def test_a_letter_and_a_chat_say_the_same_of_the_same_receipt() -> None:
    letter, chat = write_silence(ASKED, LINKS), chat_silence(ASKED, LINKS)
    assert letter.subject.startswith(f"{chat.subject}: ")
    for words in (checked_words(ASKED), "1,102 were of another trade"):
        assert words in letter.text
        assert words in chat.text


def test_where_something_fits_by_now_it_is_not_said_that_nothing_fitted() -> None:
    some = replace(ASKED, weighed=replace(ASKED.weighed, fitting=3))
    assert chat_silence(some, LINKS).subject == "No alerts in the last 30 days"
    assert chat_silence(replace(some, told=2), LINKS).subject == "2 alerts in the last 30 days"


def test_a_paused_firm_reads_that_it_is_paused() -> None:
    paused = replace(ASKED, is_on=False)
    assert "/resume" in chat_silence(paused, LINKS).text
    assert "Your alerts are paused." in write_silence(paused, LINKS).text
    assert "Your alerts are on" not in write_silence(paused, LINKS).text
