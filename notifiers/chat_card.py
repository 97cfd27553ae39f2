"""An alert as a chat shows it: the card of an opportunity in fewer than 900 characters, with what can be pressed.

A phone shows some twenty lines. What matters to decide comes first and is never left out: what changed, what and whose
it is, worth, deadline, the official notice and who says so. The rest goes in as far as there is room.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape

from notifiers.facts import NOT_STATED, Facts, cut, facts_of
from notifiers.render import subject_of
from service.domain.chat import MOST_CHARACTERS
from service.domain.message import AlertContent, Button, Buttons, Links, Written

_LONGEST_TITLE = 140
_LONGEST_LEAD = 160


def chat_alert(content: AlertContent, links: Links, *, now: datetime) -> Written:
    """Write one alert for a chat.

    Args:
        content: what to say; its number goes into what is pressed.
        links: not shown: in a chat a word does what a link does in mail.
        now: when it is read, near enough.
    """
    del links
    facts = facts_of(content, now=now)
    lines = _within([*_needed(content, facts)], [*_wished(facts)], end=_end(facts))
    html = "\n".join(lines)
    return Written(
        subject=subject_of(content, facts),
        text=plain_of(html) + "\n",
        html=html,
        buttons=alert_buttons(content.number, is_over=content.change_kind in {"cancelled", "awarded"}),
    )


def alert_buttons(number: int, *, is_over: bool) -> Buttons:
    """What can be pressed under an alert; `number` is the alert's. What is over cannot be saved."""
    if not number:
        return ()
    why, stop = Button(label="Why this?", pressed=f"why:{number}"), Button(label="Stop", pressed="stop")
    if is_over:
        return ((why, stop),)
    save, remind = Button(label="Save", pressed=f"save:{number}"), Button(label="Remind me", pressed=f"remind:{number}")
    return ((save, remind), (Button(label="Not for me", pressed=f"not:{number}"), why, stop))


def plain_of(html: str) -> str:
    """The words of a message without its tags, links in brackets after what they are under."""
    words = html
    for tag in ("<b>", "</b>", "<i>", "</i>"):
        words = words.replace(tag, "")
    while '<a href="' in words:
        before, _, rest = words.partition('<a href="')
        address, _, rest = rest.partition('">')
        label, _, after = rest.partition("</a>")
        words = f"{before}{label} ({address}){after}"
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'"), ("&amp;", "&")):
        words = words.replace(entity, sign)
    return words


def shown_length(html: str) -> int:
    """Characters that a reader sees: what Telegram counts, tags and addresses left out."""
    return len(_seen(html))


def _needed(content: AlertContent, facts: Facts) -> Iterable[str]:
    opening = _opening(content)
    yield f"<b>{escape(opening)}: {escape(cut(facts.title, _LONGEST_TITLE))}</b>"
    for line in facts.lead[:1]:
        yield escape(cut(line, _LONGEST_LEAD))
    yield escape(cut(f"{facts.buyer} · {facts.place}", 120))
    yield ""
    yield f"Worth: {escape(facts.worth)}"
    yield f"{escape(facts.closes_label)}: {escape(facts.closes)}"


def _wished(facts: Facts) -> Iterable[tuple[str, ...]]:
    """What goes in while there is room, the most wanted first, each as the lines that belong together."""
    for line in facts.lead[1:]:
        yield (escape(cut(line, _LONGEST_LEAD)),)
    if facts.why:
        yield ("", f"You get this because: {escape(_lowered(facts.why[0]))}.".replace("..", "."))
    if facts.tags:
        yield (escape(" · ".join(facts.tags)),)
    if facts.length != NOT_STATED:
        yield (f"Length: {escape(facts.length)}",)
    if facts.asks != NOT_STATED:
        yield (f"It asks for: {escape(facts.asks)}",)
    for item in facts.help[:2]:
        name = f'<a href="{escape(item.link)}">{escape(item.name)}</a>' if item.link else escape(item.name)
        yield ("", f"Free help: {name}. {escape(item.reason)}")


def _end(facts: Facts) -> list[str]:
    official = (
        f'<a href="{escape(facts.official)}">{escape(facts.official_words)}</a>'
        if facts.official
        else f"Official notice: address not stated by {escape(facts.source)}"
    )
    page = f' · <a href="{escape(facts.page)}">Our page</a>' if facts.page and facts.page != facts.official else ""
    return ["", f"{official}{page}", f"<i>{escape(facts.attribution)}</i>"]


def _within(needed: Sequence[str], wished: Sequence[tuple[str, ...]], *, end: Sequence[str]) -> list[str]:
    """All that is needed, and of what is wished as much as there is room for."""
    lines = list(needed)
    for group in wished:
        if shown_length("\n".join([*lines, *group, *end])) < MOST_CHARACTERS:
            lines += group
    return [*lines, *end]


def _opening(content: AlertContent) -> str:
    if content.change.startswith("reminder:"):
        return "Closes soon"
    if content.change == "new" and not content.change_kind:
        return "New"
    return {"cancelled": "Cancelled", "awarded": "Awarded"}.get(content.change_kind, "Changed")


def _lowered(words: str) -> str:
    """A sentence as the end of another one; names and short forms keep their letters."""
    return words[:1].lower() + words[1:] if words[1:2].islower() or words[1:2] == " " else words


def _seen(html: str) -> str:
    words, inside = [], False
    for sign in html:
        if sign == "<":
            inside = True
        elif sign == ">" and inside:
            inside = False
        elif not inside:
            words.append(sign)
    seen = "".join(words)
    for entity in ("&lt;", "&gt;", "&quot;", "&#x27;", "&amp;"):
        seen = seen.replace(entity, "x")
    return seen
