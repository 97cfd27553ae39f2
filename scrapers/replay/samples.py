"""The demo's material: sample notices in the services' own shapes, and the three sample firms that hear of them.

The notices in ``samples/`` were written for this project. Every buyer, supplier and firm is called "Sample ...", ids
are ones the services do not give, and addresses lie in domains that RFC 2606 keeps from being real. Their dates are
written as distances from now, so the demo is always fresh:

- ``{{-1h25m}}``: one hour and 25 minutes ago;
- ``{{+10d 12:00}}``: noon in London, ten days from today; 23:59 is the last second of the day, as at the services.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from scrapers.replay.interruptions import Script, Step, slow_down
from scrapers.replay.material import Service

#: Seconds after the start of the demo at which the second phase is published.
SECOND_PHASE_AFTER = 20.0

_SAMPLES = Path(__file__).with_name("samples")
_LONDON = ZoneInfo("Europe/London")
_MARK = re.compile(r"\{\{([^}]*)\}\}")
_AGO = re.compile(r"-(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_DAY = re.compile(r"([+-]\d+)d (\d\d):(\d\d)")
_FIRST_PHASE = ("find_a_tender", "contracts_finder")
_SECOND_PHASE = ("find_a_tender_second_phase",)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFirm:
    """A firm of the demo. ``interests`` are in the shape of an interest file.

    ``hears_of`` are the ocids of the sample processes it must be alerted to, judged by hand; ``changes`` those among
    them that change in the second phase. ``must_not_hear_of`` are traps.
    """

    name: str
    email: str
    size: str
    #: How often it hears: "at_once" or "daily".
    pace: str
    interests: tuple[Mapping[str, object], ...]
    hears_of: tuple[str, ...]
    changes: tuple[str, ...]
    must_not_hear_of: tuple[str, ...]


def write_samples(directory: Path, *, now: datetime) -> None:
    """Write the sample notices into ``directory``, as two packages published in the hours before ``now``.

    Raises:
        ValueError: ``now`` has no time zone.
    """
    _write(directory, _FIRST_PHASE, now)


def canary_file(*, now: datetime) -> bytes:
    """The first sample notice of Find a Tender alone, under ids of its own: for one that only walks through the flow.

    Raises:
        ValueError: ``now`` has no time zone.
    """
    if now.tzinfo is None:
        raise ValueError("The moment of the samples needs a time zone.")
    name = "find_a_tender"
    package = json.loads(_render((_SAMPLES / f"{name}.json").read_text(encoding="utf-8"), name=name, now=now))
    package["releases"] = package["releases"][:1]
    return json.dumps(package).replace("5a4901", "5aca4a").replace("900101", "990199").encode()


def write_second_phase(directory: Path, *, now: datetime) -> None:
    """Publish at ``now`` what happens later: a deadline moves, a procurement is cancelled, another is awarded.

    Raises:
        ValueError: ``now`` has no time zone.
    """
    _write(directory, _SECOND_PHASE, now)


def sample_firms() -> tuple[SampleFirm, ...]:
    """Return the firms of the demo."""
    with (_SAMPLES / "firms.toml").open("rb") as file:
        rows = cast("list[dict[str, object]]", tomllib.load(file)["firm"])
    return tuple(
        SampleFirm(
            name=str(row["name"]),
            email=str(row["email"]),
            size=str(row["size"]),
            pace=str(row.get("pace", "at_once")),
            interests=tuple(cast("list[dict[str, object]]", row["interests"])),
            hears_of=tuple(cast("list[str]", row["hears_of"])),
            changes=tuple(cast("list[str]", row["changes"])),
            must_not_hear_of=tuple(cast("list[str]", row["must_not_hear_of"])),
        )
        for row in rows
    )


def demo_script() -> Script:
    """Return what goes wrong in the demo, so that it can be seen to be put right.

    The second request to Find a Tender is refused for one second. A refusal without Retry-After costs 120 seconds by
    our own policy, so that one meets Contracts Finder, and only half a minute after the start: by then its samples have
    been read, and nothing more is published there.
    """
    return Script(
        steps=(
            Step(service=Service.FIND_A_TENDER, request=2, interruption=slow_down(1)),
            Step(service=Service.CONTRACTS_FINDER, request=2, after=30.0, interruption=slow_down()),
        )
    )


def _write(directory: Path, names: tuple[str, ...], now: datetime) -> None:
    if now.tzinfo is None:
        raise ValueError("The moment of the samples needs a time zone.")
    directory.mkdir(parents=True, exist_ok=True)
    for name in names:
        body = _render((_SAMPLES / f"{name}.json").read_text(encoding="utf-8"), name=name, now=now)
        # Moved into place whole: the server may look at any moment, and passes over names that begin with a dot.
        waiting = directory / f".{name}.json"
        waiting.write_bytes(body)
        waiting.replace(directory / f"{name}.json")


def _render(template: str, *, name: str, now: datetime) -> bytes:
    contracts_finder = name.startswith("contracts_finder")

    def moment(found: re.Match[str]) -> str:
        text = _moment(found[1], now).isoformat(timespec="seconds")
        # Contracts Finder writes Z in winter where Find a Tender writes +00:00; both write +01:00 in summer.
        return text.replace("+00:00", "Z") if contracts_finder else text

    body = _MARK.sub(moment, template).encode()
    # Contracts Finder is known to serve an en dash as bytes that are not UTF-8.
    return body.replace("\u2013".encode(), b"\xc3\xa2\x80\x93") if contracts_finder else body


def _moment(mark: str, now: datetime) -> datetime:
    day = _DAY.fullmatch(mark)
    if day:
        hour, minute = int(day[2]), int(day[3])
        last = (hour, minute) == (23, 59)
        date = now.astimezone(_LONDON).date() + timedelta(days=int(day[1]))
        return datetime.combine(date, time(hour, minute, 59 if last else 0), tzinfo=_LONDON)
    ago = _AGO.fullmatch(mark)
    if ago is None:
        raise ValueError(f"The sample date {mark!r} cannot be read.")
    hours, minutes, seconds = (int(part or 0) for part in ago.groups())
    return (now - timedelta(hours=hours, minutes=minutes, seconds=seconds)).astimezone(_LONDON)
