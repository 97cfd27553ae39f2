"""Takes contact people out of a page before it is kept: e-mail addresses, telephone numbers, names after "contact".

A recorded page is published with the source, so nobody's name may be in it. The scrubber errs on the side of taking out
too much; whoever records a page reads it through before it is committed.
"""

from __future__ import annotations

import re

_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}")
#: British numbers, as in words.py, and any other that begins with a plus sign.
_TELEPHONE = re.compile(
    r"(?<![\w/.=-])(?:(?:\+|00)\d{1,3}[ .-]?(?:\(0\)[ .-]?)?|\(?0(?=[1-37-8]))(?:[ ().-]{0,2}\d){8,10}(?![\w-])"
)
_NAME = r"(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Dame|Cllr)\.? )?[A-Z][\w'-]{1,20}(?: [A-Z][\w.'-]{0,20}){1,3}"
#: A name after the word contact, with tags, quotes or a colon between: "Contact: Jo Sample", "ContactName":"Jo Sample".
_CONTACT = re.compile(
    r"((?i:contact(?:[ _]?(?:name|person|officer|details|point))?)"
    r"\"?\s{0,3}(?:[:=-]|is)?\s{0,3}\"?(?:</?\w{1,10}[^<>]{0,80}>\s{0,5}|[:\"]\s{0,3}){0,6})"
    rf"({_NAME})"
)


def scrubbed_bytes(body: bytes) -> tuple[bytes, int]:
    """The same for a page as bytes: UTF-8, or the Windows letters that councils' files often are in."""
    try:
        text, found = scrubbed(body.decode())
    except UnicodeDecodeError:
        text, found = scrubbed(body.decode("cp1252", "replace"))
    return text.encode(), found


def scrubbed(text: str) -> tuple[str, int]:
    """Return a text with contacts replaced by samples, and how many there were."""
    text, mails = _EMAIL.subn("someone@example.org", text)
    # 020 7946 0000 is of the range that Ofcom keeps for dramas: nobody has it.
    text, numbers = _TELEPHONE.subn("020 7946 0000", text)
    text, names = _CONTACT.subn(r"\1Sample Person", text)
    return text, mails + numbers + names
