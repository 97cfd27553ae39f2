"""A message of several opportunities as a chat shows it: a line or two each, by section, and the page of them all.

Telegram takes 4,096 characters of a message; what there is no room for is on the page, which a button opens.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

from notifiers.chat_card import plain_of, shown_length
from notifiers.digest_letter import heading_of, subject_of_digest
from notifiers.facts import cut, facts_of
from service.domain.digest import MOST_SHOWN, SECTIONS, DigestItem
from service.domain.message import Button, Links, Written
from service.domain.wording import count_words, opened

#: Characters a reader sees; the rest of what Telegram takes is left for what surrounds them.
_MOST_CHARACTERS = 3_500
_LONGEST_TITLE = 100
_LONGEST_LEAD = 160


def chat_digest(items: Sequence[DigestItem], links: Links, *, slot: str, all_url: str, now: datetime) -> Written:
    """Write the message for a chat; the same arguments as the letter's."""
    del links  # in a chat a word does what a link does in mail
    heading, attributions = heading_of(items, slot), dict[str, None]()
    lines, shown, section = [f"<b>{escape(opened(heading))}</b>"], 0, ""
    for item in items[:MOST_SHOWN]:
        facts = facts_of(item.content, now=now)
        group = [] if item.section == section else ["", f"<b>{SECTIONS[item.section]}</b>"]
        title = escape(cut(facts.title, _LONGEST_TITLE))
        group.append(f'• <a href="{escape(facts.page)}">{title}</a>' if facts.page else f"• {title}")
        group += [escape(cut(line, _LONGEST_LEAD)) for line in facts.lead[:1]]
        brief = [words for words in (facts.short_place, facts.short_worth, facts.short_closing) if words]
        group += [escape(", ".join(brief))] if brief else []
        if shown_length("\n".join([*lines, *group])) > _MOST_CHARACTERS:
            break
        lines, shown, section = [*lines, *group], shown + 1, item.section
        attributions[facts.attribution] = None
    if more := len(items) - shown:
        lines += ["", f"{opened(count_words(more, 'more is', 'more are'))} on the page of this message."]
    lines += ["", *(f"<i>{escape(each)}</i>" for each in attributions)]
    html = "\n".join(lines)
    return Written(
        subject=subject_of_digest(items, slot, now=now),
        text=plain_of(html) + "\n",
        html=html,
        buttons=((Button(label="See all", url=all_url), Button(label="Stop", pressed="stop")),),
    )
