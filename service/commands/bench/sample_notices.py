"""Notices for the benches: the demo's samples made many, every one with its own id, title, buyer and value."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

#: Releases in a package: what Find a Tender puts on a page.
PAGE = 100
_SEED = 20261123


def sample_packages(notices: int, folder: Path, *, now: datetime) -> Iterator[bytes]:
    """Release packages of invented notices, the same ones for the same number and moment."""
    from scrapers.replay.samples import write_samples  # noqa: PLC0415 - only a bench or a demo needs it

    folder.mkdir()
    write_samples(folder, now=now)
    samples = (json.loads(file.read_bytes().decode("utf-8", "replace")) for file in sorted(folder.rglob("*.json")))
    package = next(each for each in samples if each["releases"][0]["ocid"].startswith("ocds-h6vhtk-"))
    templates = [each for each in package.pop("releases") if each["tag"] == ["tender"]]
    lot = random.Random(_SEED)
    for start in range(0, notices, PAGE):
        rows = [
            _varied(lot.choice(templates), number, lot=lot, now=now)
            for number in range(start, min(start + PAGE, notices))
        ]
        yield json.dumps(package | {"releases": rows}).encode()


def _varied(template: dict[str, Any], number: int, *, lot: random.Random, now: datetime) -> dict[str, Any]:
    """A sample notice as another procurement."""
    release = copy.deepcopy(template)
    old, new = release["id"], f"{number:06d}-2099"
    tender, net = release["tender"], lot.randrange(2_000, 2_000_000)
    buyer = f"Sample Council {lot.randrange(400)}"
    release |= {"ocid": f"ocds-h6vhtk-{0xB00000 + number:06x}", "id": new}
    release["date"] = (now - timedelta(seconds=number)).isoformat(timespec="seconds")
    release["buyer"]["name"] = buyer
    for party in release.get("parties", ()):
        if "buyer" in party.get("roles", ()):
            party["name"] = buyer
    tender["id"] = f"SAMPLE-BENCH-{number}"
    tender["title"] = f"{tender['title']}, sample lot {number}"
    tender["description"] = f"{tender['description']} Sample reference {number}."
    tender["value"] = {"amount": net, "amountGross": round(net * 1.2, 2), "currency": "GBP"}
    for document in tender.get("documents", ()):
        document |= {key: value.replace(old, new) for key, value in document.items() if isinstance(value, str)}
    return release
