"""What goes wrong at the real services, made to order: the rate limiter, and a script of interruptions.

The limiter's words and headers are those of a recorded answer of Find a Tender (August 2026). A variant without
Retry-After was reported in December 2025, so both can be had.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass

from scrapers.replay.material import Service

_PLAIN = ("Content-Type", "text/plain")
_HTML = ("Content-Type", "text/html; charset=utf-8")
_PAGE = b"<!DOCTYPE html><html><head><title>%s</title></head><body><h1>%s</h1></body></html>"


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """How many requests a service takes in how many seconds; ``names_delay`` is whether it sends Retry-After."""

    requests: int = 12
    seconds: int = 120
    names_delay: bool = True

    @classmethod
    def parse(cls, text: str) -> RateLimit | None:
        """Read ``off``, ``12/120`` or ``12/120/silent`` (no Retry-After).

        Raises:
            ValueError: the text is none of these; the message says what is.
        """
        if text == "off":
            return None
        found = re.fullmatch(r"([1-9]\d*)/([1-9]\d*)(/silent)?", text)
        if found is None:
            raise ValueError(f"A rate is written off, 12/120 or 12/120/silent, not {text!r}.")
        return cls(requests=int(found[1]), seconds=int(found[2]), names_delay=found[3] is None)


class Limiter:
    """Count the requests of one service; refused ones do not count against the next."""

    def __init__(self, rate: RateLimit) -> None:
        self._rate = rate
        self._taken: deque[float] = deque()

    def refuses(self, at: float) -> Interruption | None:
        """Take a request made ``at`` (seconds of a steady clock), or return the refusal it gets."""
        while self._taken and at - self._taken[0] >= self._rate.seconds:
            self._taken.popleft()
        if len(self._taken) < self._rate.requests:
            self._taken.append(at)
            return None
        seconds = self._rate.seconds
        return slow_down(seconds if self._rate.names_delay else None, requests=self._rate.requests, seconds=seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interruption:
    """One thing that goes wrong.

    ``status`` and ``body`` of None mean: as the service would have answered. ``share`` is the part of the body that is
    sent (1 is all of it); with ``hangs_up`` the whole length is announced and the connection is cut after that part.
    ``late`` is in seconds.
    """

    name: str
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    share: float = 1.0
    hangs_up: bool = False
    late: float = 0.0


def slow_down(retry_after: int | str | None = None, *, requests: int = 12, seconds: int = 120) -> Interruption:
    """429 as the limiter gives it; ``retry_after`` is seconds, an HTTP date, or None for the variant without."""
    delay = () if retry_after is None else (("Retry-After", str(retry_after)),)
    body = f"Rate limit of {requests} exceeded. Please retry after {seconds} seconds.".encode()
    return Interruption(name="429", status=429, headers=(_PLAIN, ("Server", "awselb/2.0"), *delay), body=body)


def forbidden() -> Interruption:
    """403, with which Contracts Finder says "too many requests, wait five minutes" (its API documentation)."""
    return Interruption(name="403", status=403, headers=(_HTML,), body=_PAGE % (b"Forbidden", b"Forbidden"))


def unavailable(retry_after: int | str | None = None) -> Interruption:
    """503, with or without Retry-After."""
    delay = () if retry_after is None else (("Retry-After", str(retry_after)),)
    words = b"Service unavailable"
    return Interruption(name="503", status=503, headers=(_HTML, *delay), body=_PAGE % (words, words))


def html() -> Interruption:
    """200 with a page for people where JSON was asked for."""
    words = b"We are carrying out maintenance"
    return Interruption(name="html", status=200, headers=(_HTML,), body=_PAGE % (words, words))


def truncated(share: float = 0.5) -> Interruption:
    """200 and a complete answer whose JSON stops in the middle."""
    return Interruption(name="truncated", share=share)


def dropped(share: float = 0.5) -> Interruption:
    """The connection is cut in the middle of the body."""
    return Interruption(name="dropped", share=share, hangs_up=True)


def empty() -> Interruption:
    """200 with no releases: a throttled Contracts Finder was seen to answer a working day so."""
    return Interruption(name="empty", status=200, body=b'{"version":"1.1","releases":[]}')


def late(seconds: float) -> Interruption:
    """The right answer, ``seconds`` late."""
    return Interruption(name="late", late=seconds)


def answer(body: bytes, *, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Interruption:
    """Give any other answer, for the odd ones: a bomb in gzip, a hundred megabytes, a wrong charset."""
    return Interruption(name="answer", status=status, headers=headers, body=body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One interruption: it meets the first request that is at least the ``request``-th (from 1) of its service.

    With ``after`` it also waits until so many seconds have passed since the server started. Each step happens once;
    two steps that would meet the same request meet it and the next.
    """

    service: Service
    interruption: Interruption
    request: int = 1
    after: float = 0.0


_STEP = re.compile(
    r"(?P<service>\w{1,40})@(?P<request>[1-9]\d*)(?:\+(?P<after>\d+(?:\.\d+)?)s)?=(?P<name>\w+)(?::(?P<value>.+))?"
)
_PLAIN_NAMES = {"403": forbidden, "html": html, "truncated": truncated, "dropped": dropped, "empty": empty}
_DELAY_NAMES = {"429": slow_down, "503": unavailable}


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What goes wrong, and when."""

    steps: tuple[Step, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Script:
        """Read steps parted by semicolons, such as ``find_a_tender@3=429:2; contracts_finder@2+20s=403``.

        A step is SERVICE@REQUEST, perhaps +SECONDSs, then = and one of 429, 503 (each perhaps with :RETRY-AFTER), 403,
        html, truncated, dropped, empty, late:SECONDS.

        Raises:
            ValueError: a step cannot be read; the message names it.
        """
        return cls(steps=tuple(_step(part.strip()) for part in text.split(";") if part.strip()))


def _step(text: str) -> Step:
    found = _STEP.fullmatch(text)
    services = {service.value: service for service in Service}
    if found is None or found["service"] not in services:
        raise ValueError(f"The step {text!r} cannot be read: write, say, find_a_tender@3=429:2.")
    name, value = found["name"], found["value"]
    if name in _DELAY_NAMES:
        interruption = _DELAY_NAMES[name](value)
    elif name in _PLAIN_NAMES and value is None:
        interruption = _PLAIN_NAMES[name]()
    elif name == "late" and value is not None and _is_number(value):
        interruption = late(float(value))
    else:
        raise ValueError(f"The step {text!r} asks for something unknown.")
    return Step(
        service=services[found["service"]],
        interruption=interruption,
        request=int(found["request"]),
        after=float(found["after"] or 0),
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) or bool(re.fullmatch(r"\d+(\.\d+)?", str(value)))


class Performance:
    """A script being played: which steps are still to come."""

    def __init__(self, script: Script | None) -> None:
        self._waiting = list(script.steps) if script else []

    def next(self, service: Service, *, request: int, elapsed: float) -> Interruption | None:
        """Return what meets the ``request``-th request of a service, ``elapsed`` seconds after the start."""
        for step in self._waiting:
            if step.service is service and request >= step.request and elapsed >= step.after:
                self._waiting.remove(step)
                return step.interruption
        return None
