"""Alerts and account mail in words: the card of an opportunity, as text first and then as HTML.

Notices are written by others, so all of their words are put on one line and freed of control characters, HTML is
escaped, and only http and https addresses become links. Nothing is loaded, counted or redirected: no pictures, no
tracking, and every link leads where it says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import jinja2

from notifiers.facts import Facts, cut, facts_of, one_line, safe_link
from service.domain.message import AlertContent, Links, Written
from service.domain.opportunity import Status
from service.domain.wording import count_words

#: A subject stays below this many characters.
SUBJECT_LIMIT = 100
#: However long the facts are, this much of the title is kept.
_LEAST_TITLE = 30
_OPENING = {"": "New", "changed": "Changed", "cancelled": "Cancelled", "awarded": "Awarded", "deadline": "Changed"}

_TEMPLATES = jinja2.Environment(
    loader=jinja2.PackageLoader("notifiers"),
    autoescape=jinja2.select_autoescape(disabled_extensions=("txt",), default=True),
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


def write_alert(content: AlertContent, links: Links, *, now: datetime) -> Written:
    """Write one alert.

    Args:
        content: what to say; `change` and `change_kind` decide what comes first.
        links: where this firm changes, pauses and stops its alerts.
        now: when it is read, near enough: days left are counted from here.
    """
    facts = facts_of(content, now=now)
    words = {
        "facts": facts,
        "links": links,
        "act": act_of(content, links),
        "not_for_me": not_for_me_link(content, links),
    }
    return Written(
        subject=subject_of(content, facts), text=text_of("alert.txt", words), html=html_of("alert.html", words)
    )


def subject_of(content: AlertContent, facts: Facts) -> str:
    """The facts in one line under 100 characters: New: window cleaning, Hackney, £18,000 a year, closes Fri 4 Dec."""
    if content.change.startswith("reminder:"):
        opening = "Closes soon"
    elif content.change_kind == "" and content.change != "new":
        opening = "Changed"
    else:
        opening = _OPENING.get(content.change_kind, "Changed")
    tail = [words for words in (facts.short_place, facts.short_worth, facts.short_closing) if words]
    while True:
        room = SUBJECT_LIMIT - 1 - len(opening) - 2 - sum(len(words) + 2 for words in tail)
        if room >= _LEAST_TITLE or len(facts.title) <= room or not tail:
            break
        tail.remove(max(tail[:-1] or tail, key=len))
    return one_line(f"{opening}: {', '.join([cut(facts.title, room), *tail])}")


def write_confirmation(*, name: str, areas: str, confirm_url: str, public_url: str, hours: int) -> Written:
    """Ask whether it was really this person who signed up; nothing else is sent until the link is followed.

    Args:
        name: what the alerts are called by their owner, "" where unnamed.
        areas: where the work is to be, in words ("Hackney and Islington"); "" where nothing was said.
        confirm_url: the link that confirms.
        public_url: the front door of this Bowbell.
        hours: how long the link works.
    """
    words = {
        "name": one_line(name),
        "areas": one_line(areas),
        "confirm_url": safe_link(confirm_url),
        "public_url": safe_link(public_url),
        "lasts": count_words(hours, "hour", "hours"),
    }
    return Written(
        subject="Confirm your e-mail address to get alerts",
        text=text_of("confirmation.txt", words),
        html=html_of("confirmation.html", words),
    )


def not_for_me_link(content: AlertContent, links: Links) -> str:
    """The page on which a firm says why this is not for it."""
    return safe_link(f"{links.manage}/not-for-me/{content.opportunity.identity}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What a firm can say about an opportunity, and the page on which it does."""

    words: str
    link: str


def act_of(content: AlertContent, links: Links) -> Act | None:
    """What is asked of the firm; None where the buyer withdrew it, and there is nothing left to say."""
    status, link = content.opportunity.state.status, safe_link(f"{links.manage}/list/{content.opportunity.identity}")
    if status is Status.CANCELLED or not link:
        return None
    if status is Status.AWARDED:
        return Act(words="Say how it went for you", link=link)
    if content.change.startswith("reminder:"):
        return Act(words="Say that your bid is in, or that you do not bid", link=link)
    return Act(words="Save it, or say you bid", link=link)


def text_of(template: str, words: Mapping[str, object]) -> str:
    """A text template, filled in."""
    return _TEMPLATES.get_template(template).render(words).strip() + "\n"


def html_of(template: str, words: Mapping[str, object]) -> str:
    """An HTML template, filled in; everything is escaped."""
    return _TEMPLATES.get_template(template).render(words)
