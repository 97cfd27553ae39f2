"""CSV (RFC 4180) that is safe to open in a spreadsheet.

A cell that begins like a formula gets an apostrophe before it (OWASP ASVS 5.0, 1.2.10): text of
a notice is written by others.
"""

from __future__ import annotations

import csv
import io

from service.web.feeds.entry import Feed

MEDIA_TYPE = "text/csv"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

COLUMNS = (
    "title",
    "buyer",
    "place",
    "worth",
    "length",
    "closes",
    "tags",
    "first seen",
    "page",
    "official notice",
    "source",
)


def safe_cell(text: str) -> str:
    """The text, unable to act as a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def csv_file(feed: Feed) -> bytes:
    """The feed as CSV, UTF-8 with a byte order mark, which Excel needs to read pounds."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for entry in feed.entries:
        closes = entry.closes.isoformat() if entry.closes else ""
        row = (
            entry.title,
            entry.buyer,
            entry.place,
            entry.worth,
            entry.length,
            closes,
            "; ".join(entry.tags),
            entry.published.date().isoformat(),
            entry.href,
            entry.official,
            entry.attribution,
        )
        writer.writerow([safe_cell(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")
