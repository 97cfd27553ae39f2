"""Named places where the chaos harness may kill this process; in a service they do nothing.

BOWBELL_FAIL_AT="name" or "name:3" kills the process, as by `kill -9`, when the place is reached for the third time.
"""

from __future__ import annotations

import os
import signal

_asked, _, _nth = os.environ.get("BOWBELL_FAIL_AT", "").partition(":")
_left = int(_nth or 1)

#: Every place, in the order of the flow: the harness hits each.
PLACES = (
    "collect.body_read",
    "collect.before_commit",
    "collect.committed",
    "record.before_commit",
    "record.committed",
    "tag.before_commit",
    "tag.committed",
    "match.before_commit",
    "match.committed",
    "compose.before_commit",
    "compose.committed",
    "send.claimed",
    "send.delivered",
    "send.recorded",
)
#: Places of what is due by the clock: letters of several alerts, and reminders.
DUE_PLACES = ("digest.before_commit", "digest.committed", "remind.before_commit", "remind.committed")

#: The places of talks in chats, in order; tests of their own hit them.
CHAT_PLACES = ("chat.heard", "chat.stored", "chat.before_commit", "chat.committed", "chat.answered")


#: The places of help requests; tests of their own hit them.
HELP_PLACES = ("help.before_commit", "help.due", "help.committed")


def reached(place: str) -> None:
    """Die here if that was asked for."""
    global _left  # noqa: PLW0603 - one counter for one process is the point
    if place != _asked:
        return
    _left -= 1
    if _left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
