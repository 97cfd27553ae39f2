"""Words as buyers typed them, made readable: entities, broken characters, tags, and no contact details.

Seen in recorded payloads: `&amp;` and `&#039;`, UTF-8 read as Latin-1 and written again ("AcusorbÂ®"), `<br/>` in
descriptions, and names, telephone numbers and addresses of people in the running text.
"""

from __future__ import annotations

import html
import re
from urllib.parse import urlsplit

#: What stands where a contact was.
CONTACT = "[contact in the official notice]"

#: Characters of the C0 and C1 sets that no text needs, save tab and line feed; NUL cannot be stored by PostgreSQL.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
#: The Windows-1252 characters that stand for the bytes 0x80 to 0x9f.
_HIGH = {chr(code): code for code in range(0x80, 0x100)} | {
    bytes([code]).decode("cp1252"): code for code in range(0x80, 0xA0) if code not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}
}
_TRAIL = "".join(re.escape(char) for char, code in _HIGH.items() if code < 0xC0)  # noqa: PLR2004 - UTF-8 trail bytes
_MOJIBAKE = re.compile(f"[\u00c2-\u00df][{_TRAIL}]|[\u00e0-\u00ef][{_TRAIL}]{{2}}|[\u00f0-\u00f4][{_TRAIL}]{{3}}")
_BREAK = re.compile(r"<\s*(?:br\s*/?|/p|/li|/div|/tr)\s*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,300}>")
_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}")
#: British numbers: +44, 0044 or a leading 0, then nine or ten digits with blanks, dots, hyphens or brackets between.
#: The number of a notice (076412-2026) looks like one and is kept.
_TELEPHONE = re.compile(
    r"(?<![\w/.-])(?!\d{6}-\d{4}(?!\d))"
    r"(?:(?:\+|00)44[ .-]?(?:\(0\)[ .-]?)?|\(?0(?=[1-37-8]))"
    r"(?:[ ().-]{0,2}\d){9,10}(?!\w)"
)
#: Numbers of other countries, written with their code: +, one to three digits, then six to twelve.
_ABROAD = re.compile(r"(?<![\w/.-])\+[1-9]\d{0,2}(?:[ ().-]{0,2}\d){6,12}(?!\w)")


def unbroken(text: str) -> str:
    """Return text with UTF-8 that was once read as Latin-1 or Windows-1252 put right; other characters stay."""

    def mend(found: re.Match[str]) -> str:
        try:
            return bytes(_HIGH[char] for char in found.group()).decode("utf-8")
        except UnicodeDecodeError:
            return found.group()

    return _MOJIBAKE.sub(mend, text)


def line(said: str) -> str:
    """Return a title or name: entities and broken characters put right, no blanks at its ends, inner blanks kept."""
    decoded = unbroken(html.unescape(html.unescape(said)))
    return _CONTROL.sub("", decoded.replace("\r\n", "\n").replace("\r", "\n")).strip()


def passage(said: str) -> str:
    """Return running text: as `line`, without HTML tags, e-mail addresses and telephone numbers."""
    plain = _TAG.sub("", _BREAK.sub("\n", line(said))).strip()
    return _ABROAD.sub(CONTACT, _TELEPHONE.sub(CONTACT, _EMAIL.sub(CONTACT, plain)))


def web_address(said: str) -> str:
    """An address of the web that may be shown, https where only "www." was written; "" for anything else."""
    whole = f"https://{said}" if said.lower().startswith("www.") else said
    try:
        split = urlsplit(whole)
    except ValueError:
        return ""
    is_web = split.scheme in {"http", "https"} and bool(split.hostname) and not split.username
    return whole if is_web and not any(char.isspace() for char in whole) else ""
