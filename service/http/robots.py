"""What a site's robots.txt lets us read, by RFC 9309.

The standard library's reader takes the first rule that fits and knows no wildcards, so it would let us into paths a
site closed with `Disallow: /*/aspx/`, and keep us out of ones it opened. The rules are few and here whole: groups by
product name, the longest match wins, `*` and `$`, and a crawl-delay, which RFC 9309 leaves out and sites still write.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote, unquote

#: The name by which a robots.txt may address us.
PRODUCT = "bowbell"
#: RFC 9309, section 2.4: not to be kept for longer than a day.
KEPT = timedelta(hours=24)
#: RFC 9309, section 2.5: at least 500 KiB must be read.
MOST_BYTES = 512 * 1024
#: A longer delay is a typing error or a refusal in disguise; then robots.txt should say so.
_LONGEST_DELAY = 300.0
_MOST_RULES = 10_000
_LONGEST_RULE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsRules:
    """What one site lets us read.

    Attributes:
        rules: whether each path pattern is open, in the order of the file.
        delay: seconds the site wants between two requests; None: it does not say.
        note: why everything is closed where no robots.txt could be read; "" otherwise.
    """

    rules: tuple[tuple[bool, str], ...] = ()
    delay: float | None = None
    note: str = ""

    def allow(self, path: str) -> bool:
        """Tell whether a path, with its query, may be asked for: the longest rule that fits decides, else yes."""
        if unquote(path) == "/robots.txt":
            return True
        asked = _normal(path)
        fitting = [(len(pattern), is_open) for is_open, pattern in self.rules if _fits(pattern, asked)]
        # Of two of one length the open one wins (RFC 9309, section 2.2.2).
        return max(fitting)[1] if fitting else True


#: The site refuses to show its robots.txt: then it is not for us to guess what it would allow.
CLOSED = RobotsRules(rules=((False, "/"),), note="the site does not show its robots.txt")
OPEN = RobotsRules()


def robots_rules(body: bytes) -> RobotsRules:
    """Read a robots.txt. Lines that are no rule are passed over, so a web page in its place closes nothing."""
    ours: list[tuple[str, str]] = []
    everybodys: list[tuple[str, str]] = []
    named = False
    for agents, lines in _groups(body[:MOST_BYTES].decode("utf-8-sig", "replace")):
        if PRODUCT in agents:
            ours += lines
            named = True
        if "*" in agents:
            everybodys += lines
    return _rules(ours if named else everybodys)


def _groups(text: str) -> Iterable[tuple[set[str], list[tuple[str, str]]]]:
    """Give each group: whom it is for, and its lines."""
    agents: set[str] = set()
    lines: list[tuple[str, str]] = []
    heading = True
    for line in text.splitlines():
        name, colon, said = line.partition("#")[0].partition(":")
        name, said = name.strip().lower(), said.strip()
        if not colon:
            continue
        if name == "user-agent":
            if not heading:
                yield agents, lines
                agents, lines = set(), []
            heading = True
            # "Bowbell/1.0" addresses Bowbell: only the product's name counts.
            agents.add(said.lower().partition("/")[0].strip())
        elif name in {"allow", "disallow", "crawl-delay"}:
            heading = False
            lines.append((name, said))
    yield agents, lines


def _rules(lines: Iterable[tuple[str, str]]) -> RobotsRules:
    rules: list[tuple[bool, str]] = []
    delay = None
    for name, said in lines:
        if name == "crawl-delay":
            delay = _seconds(said)
        elif said and len(said) <= _LONGEST_RULE and len(rules) < _MOST_RULES:
            rules.append((name == "allow", _normal(said)))
    return RobotsRules(rules=tuple(rules), delay=delay)


def _seconds(said: str) -> float | None:
    try:
        return min(max(float(said), 0.0), _LONGEST_DELAY)
    except ValueError:
        return None


def _normal(path: str) -> str:
    """Return a path in which letters are escaped in one way only, so that both sides can be compared."""
    return quote(unquote(path), safe="/*$?=&:;,@+!~'()")


def _fits(pattern: str, path: str) -> bool:
    """Match from the left: `*` is any text, `$` at the end is the end. Never backtracks."""
    ends = pattern.endswith("$")
    pieces = pattern.removesuffix("$").split("*")
    if not path.startswith(pieces[0]):
        return False
    at = len(pieces[0])
    for piece in pieces[1:-1]:
        found = path.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    if len(pieces) == 1:
        return not ends or at == len(path)
    last = pieces[-1]
    return path.endswith(last) and len(path) - len(last) >= at if ends else path.find(last, at) >= 0


class RobotsBook:
    """The rules of each site, kept for a day at most."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[RobotsRules, datetime]] = {}

    def rules(self, origin: str, now: datetime) -> RobotsRules | None:
        """Return what is known of a site; None where it must be asked."""
        rules, until = self._known.get(origin, (None, now))
        return rules if until > now else None

    def keep(self, origin: str, rules: RobotsRules, now: datetime) -> None:
        """Remember the rules of a site."""
        self._known[origin] = (rules, now + KEPT)
