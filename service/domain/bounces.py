"""Reports about our own mail: what could not be delivered (RFC 3464), and who called it unwanted (ARF, RFC 5965).

Only read here. Whether a report is about a message of ours, and may be believed, is decided by the mark in the address
it was sent to, or in the returned headers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message
from typing import Literal

from service.domain.mail_in import header, parts_of

_LONGEST_SAID = 300
#: RFC 3463: 5.2.2 a full mailbox, 5.3.x the far system, 5.7.x somebody's policy; none says that the address is bad.
_PASSING = re.compile(r"5\.(?:2\.2|3\.\d{1,3}|7\.\d{1,3})\b")
#: No address to be found, or one that is closed: RFC 3463 5.1.x and 5.2.1.
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_MARKED = re.compile(r"[a-z0-9._-]{1,64}\+[br][0-9a-f]{1,16}-[a-z2-7]{16}@[a-z0-9.-]{1,200}", re.IGNORECASE)
_RETURNED_LETTERS = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MailReport:
    """What a report says of one message."""

    #: "hard" for ever, "soft" for now, "late" still being tried, "complaint" unwanted.
    kind: Literal["hard", "soft", "late", "complaint"]
    #: In one line, for people.
    said: str
    #: Marked addresses found in what came back of our message.
    marked: tuple[str, ...]


def report_in(mail: Message) -> MailReport | None:
    """The report a mail is; None where it is none, or says that all went well."""
    if mail.get_content_type() != "multipart/report":
        return None
    marked: list[str] = []
    kind: Literal["hard", "soft", "late", "complaint"] | None = None
    said = ""
    for part in parts_of(mail):
        match part.get_content_type():
            case "message/delivery-status":
                kind, said = _delivery(part) or (kind, said)
            case "message/feedback-report":
                kind, said = _complaint(part) or (kind, said)
            case "message/rfc822" | "text/rfc822-headers" | "message/rfc822-headers":
                marked += _MARKED.findall(_returned(part))
    return None if kind is None else MailReport(kind=kind, said=said, marked=tuple(dict.fromkeys(marked)))


def _delivery(part: Message) -> tuple[Literal["hard", "soft", "late"], str] | None:
    """The worst that a delivery status says of a recipient."""
    blocks = part.get_payload()
    if not isinstance(blocks, list):
        return None
    found: list[tuple[Literal["hard", "soft", "late"], str]] = []
    for block in (each for each in blocks if isinstance(each, Message)):
        action = header(block, "Action").casefold()
        status = _STATUS.search(header(block, "Status"))
        said = f"{header(block, 'Status')} {header(block, 'Diagnostic-Code')}".strip()[:_LONGEST_SAID] or action
        if action == "delayed":
            found.append(("late", said))
        elif action == "failed":
            detailed = _STATUS.search(header(block, "Diagnostic-Code")) or status
            lasting = status is not None and status.group(1) == "5" and not _PASSING.match(status.group())
            if lasting and detailed is not None and _PASSING.match(detailed.group()):
                lasting = False
            found.append(("hard" if lasting else "soft", said))
    return min(found, key=lambda each: ("hard", "soft", "late").index(each[0]), default=None)


def _complaint(part: Message) -> tuple[Literal["complaint"], str] | None:
    """A feedback report that somebody does not want our mail; others (not-spam, dmarc) are no reason to stop."""
    inner = part.get_payload()
    fields = inner[0] if isinstance(inner, list) and inner else part
    text = fields if isinstance(fields, Message) else part
    kind = header(text, "Feedback-Type").casefold()
    if not kind and isinstance(text.get_payload(), str):
        found = re.search(r"^feedback-type:\s*([a-z-]+)", str(text.get_payload()), re.IGNORECASE | re.MULTILINE)
        kind = found.group(1).casefold() if found else ""
    return (
        ("complaint", f"its owner called it {kind}") if kind in {"abuse", "fraud", "opt-out", "opt-out-list"} else None
    )


def _returned(part: Message) -> str:
    """What came back of our message, headers and all, as text to look for a mark in."""
    payload = part.get_payload()
    if isinstance(payload, list):
        return "\n".join(
            f"{name}: {value}" for each in payload[:2] if isinstance(each, Message) for name, value in each.items()
        )[:_RETURNED_LETTERS]
    return str(payload)[:_RETURNED_LETTERS]
