"""Word about what a firm follows, as a chat shows it: what is said, why it came, and what to open; as by mail."""

from __future__ import annotations

from html import escape

from notifiers.chat_card import plain_of
from notifiers.facts import cut, one_line, safe_link
from service.domain.message import AccountLetter, Button, Written

#: Characters of what is said together; with the rest it is below the 4,096 that Telegram takes.
_MOST_SAID = 3_300


def chat_letter(letter: AccountLetter) -> Written:
    """Write one; what its letter says by mail is said here too, each sentence on a line of its own."""
    left, said = _MOST_SAID, []
    for line in (*letter.said, *letter.after):
        if left <= 0:
            break
        said.append(escape(cut(one_line(line), left)))
        left -= len(line)
    url = safe_link(letter.url) if letter.button else ""
    end = [f'<a href="{escape(url)}">{escape(letter.button)}</a>'] if url else []
    html = "\n\n".join([f"<b>{escape(one_line(letter.heading))}</b>", *said, *end, f"<i>{escape(letter.why)}</i>"])
    return Written(
        subject=one_line(letter.subject),
        text=plain_of(html) + "\n",
        html=html,
        buttons=((Button(label=one_line(letter.button), url=url),),) if url else (),
    )
