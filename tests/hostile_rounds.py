"""Which hostile strings a field is tried with, and what is wrong with an answer: for pages and for programs alike."""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import sys
from collections.abc import Iterator

from lxml import etree
from selectolax.lexbor import LexborHTMLParser

from tests.hostile_strings import hostile_strings

ALL = 1000
#: Strings that each field is tried with in an ordinary run.
SAMPLE = 4
COUNT = int(os.environ.get("BOWBELL_HOSTILE", str(SAMPLE)))
#: Of those, so many with the other fields as usual; in the rest all fields are hostile at once, each in its own way.
ALONE = max(SAMPLE // 2, COUNT // 20)
#: Stands in every string that could become markup of its own, so that it is known again.
SIGN = "b0wbe11"
STRINGS = hostile_strings(ALL, sign=SIGN)
_SCHEMES = re.compile(r"\s*(?:javascript|data|vbscript):", re.IGNORECASE)
#: What a template would have made of {{ 7*7 }} before the sign.
_EVALUATED = f"49{SIGN}"


def chosen(field: str) -> list[str]:
    """The strings a field is tried with: as many as asked for, others for each field, the same in every run."""
    dice = random.Random(hashlib.sha256(field.encode()).digest())
    return dice.sample(STRINGS, min(COUNT, ALL))


def rounds(names: tuple[str, ...], place: str) -> Iterator[dict[str, str]]:
    """What is typed into which fields, one round after the other; in the end every field had all its strings."""
    typed = {name: chosen(f"{place} {name}") for name in names}
    for name in names:
        yield from ({name: said} for said in typed[name][:ALONE])
    for turn in range(ALONE, COUNT) if names else ():
        yield {name: typed[name][turn] for name in names}


def reflected(said: str) -> list[str]:
    """What was typed and came back as markup or was worked out: read as a browser reads it."""
    if SIGN not in said:
        return []
    found = [_EVALUATED] if _EVALUATED in said else []
    root = LexborHTMLParser(said).root
    for each in root.traverse(include_text=False) if root else ():
        given = {name: value or "" for name, value in each.attributes.items()}
        acts = any(_SCHEMES.match(given.get(name, "")) for name in ("href", "src", "action", "formaction"))
        runs = each.tag in {"script", "style"} and SIGN in (each.text() or "")
        if SIGN in (each.tag or "") or any(SIGN in name for name in given) or acts or runs:
            found.append((each.html or "")[:120])
    return found


def fault_in(status: int, kind: str, said: str) -> str:
    """What is wrong with an answer; "" where nothing is."""
    if status >= 500:
        return f"status {status}"
    if kind == "text/html":
        return "; ".join(reflected(said))
    try:
        if kind.endswith("json"):
            json.loads(said)
        elif kind.endswith("xml"):
            etree.fromstring(said.encode())
    except (ValueError, etree.XMLSyntaxError) as error:
        return f"no {kind}: {error}"
    return ""


def writable(typed: str) -> str:
    """A string that a form can carry; lone halves of characters cannot be sent by any browser."""
    return typed.encode("utf-8", "replace").decode("utf-8")


def note(what: str) -> None:
    """Say what was tried; seen with -s, as `make hostile` runs."""
    sys.stdout.write(f"\n{what}\n")
