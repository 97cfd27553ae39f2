"""A mail server of our own that people in journeys read: real SMTP, and every letter is read as it arrives."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

#: Seconds a letter may take.
_PATIENCE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What arrived, as its reader has it."""

    to: str
    subject: str
    #: Both ways in which it says the same.
    text: str
    html: str
    message_id: str

    def link(self, path: str) -> str:
        """The first address in it that has a path, as in the letter. Raises AssertionError."""
        found = re.search(rf"https?://[^\s<>\"]*{re.escape(path)}[^\s<>\"]*", self.text)
        assert found, f"no link to {path} in {self.subject}: {self.text}"
        return found[0]


@dataclass(slots=True)
class PostBox:
    """Everything that was delivered, the oldest first."""

    url: str
    letters: list[Letter] = field(default_factory=list)

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,  # noqa: ARG002 - aiosmtpd gives it
        session: Session,  # noqa: ARG002 - aiosmtpd gives it
        envelope: Envelope,
    ) -> str:
        """Keep the letter, then say yes."""
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=policy.default)
        plain, html = letter.get_body(("plain",)), letter.get_body(("html",))
        assert plain is not None
        assert html is not None
        self.letters += [
            Letter(
                to=each,
                subject=str(letter["Subject"]),
                text=plain.get_content(),
                html=html.get_content(),
                message_id=str(letter["Message-ID"]),
            )
            for each in envelope.rcpt_tos
        ]
        return "250 Taken"

    def to(self, address: str, begins: str = "") -> list[Letter]:
        """The letters to an address whose subject begins so."""
        return [each for each in self.letters if each.to == address and each.subject.startswith(begins)]

    def next(self, address: str, begins: str, *, after: int = 0) -> Letter:
        """Wait for the letter that comes `after` so many of its kind. Raises AssertionError after a minute."""
        deadline = time.monotonic() + _PATIENCE
        while len(found := self.to(address, begins)) <= after:
            there = [each.subject for each in self.to(address)]
            assert time.monotonic() < deadline, f"no letter “{begins}…” came to {address}; there are {there}"
            time.sleep(0.2)
        return found[after]


@contextmanager
def a_post_box() -> Iterator[PostBox]:
    """Run it on a free port of this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    box = PostBox(f"smtp://127.0.0.1:{port}?starttls=never")
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
