"""Deadlines as an iCalendar file (RFC 5545): one event for each opportunity that states a closing time.

Four properties an event are all this needs; a calendar library would be a dependency for twenty lines.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from service.web.feeds.entry import Entry, Feed

MEDIA_TYPE = "text/calendar"

#: RFC 5545, 3.1: lines longer than 75 bytes are folded.
_LINE_BYTES = 75

#: How long the event lasts on the calendar, so that it shows.
_SHOWN_FOR = timedelta(minutes=30)


def escaped(text: str) -> str:
    """Text as RFC 5545, 3.3.11 writes it; control characters dropped."""
    flat = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(character for character in flat if character == "\n" or character >= " ")
    return kept.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def folded(line: str) -> str:
    """One content line, folded between characters at 75 bytes."""
    parts: list[str] = []
    part = ""
    room = _LINE_BYTES
    for character in line:
        if len((part + character).encode()) > room:
            parts.append(part)
            part = ""
            room = _LINE_BYTES - 1
        part += character
    return "\r\n ".join([*parts, part])


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _event(entry: Entry, closes: datetime) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{escaped(entry.identity)}",
        f"DTSTAMP:{_stamp(entry.updated)}",
        f"DTSTART:{_stamp(closes - _SHOWN_FOR)}",
        f"DTEND:{_stamp(closes)}",
        f"SUMMARY:{escaped('Closes: ' + entry.title)}",
        f"DESCRIPTION:{escaped(entry.summary)}",
        f"URL:{entry.href}",
        "END:VEVENT",
    ]


def calendar_file(feed: Feed) -> bytes:
    """The feed's deadlines as one calendar, UTF-8."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Bowbell//Opportunities//EN",
        f"NAME:{escaped(feed.title)}",
        f"X-WR-CALNAME:{escaped(feed.title)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
    ]
    for entry in feed.entries:
        if entry.closes is not None:
            lines.extend(_event(entry, entry.closes))
    lines.append("END:VCALENDAR")
    return ("\r\n".join(folded(line) for line in lines) + "\r\n").encode()
