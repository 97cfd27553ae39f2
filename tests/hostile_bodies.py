"""Where a string from outside can come in through the API: every field of every JSON body.

Routes are those of the router; fields are those of our own description of the API, which is made from the models. What
a body usually holds is what the API itself gives of the same kind of thing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

import service.web.api
from service.domain.roles import roles
from tests.hostile_rounds import SIGN, chosen, rounds, writable
from tests.journeys.whole_house import KEYS, WholeHouse

_METHODS = ("POST", "PUT", "PATCH", "DELETE")
#: How the API reads a name of a body: `sent.pop("publish", False)`, `said.get("capacity")`.
_READ = re.compile(r'\b(?:sent|said)\.(?:get|pop)\(\s*"([a-z_]+)"')
#: Half of a character: JSON can spell it, and no text can hold it.
_HALF = f"\ud800{SIGN}"
#: Steps of a posting, after which or with which nothing else of it is read: tried alone, each time on a fresh one.
_STEPS = frozenset({"withdraw", "no_award", "award", "award_worth", "publish_at"})
_AS_THEY_COME = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, kw_only=True)
class Body:
    """One act of the API that takes a body.

    Attributes:
        route, method: as the router has them.
        path: the address of something that is there.
        key: of an organisation that may do it.
        texts, several, others: fields that take a text, a list of texts, and what is neither, as yes or no.
        usual: a body with nothing wrong in it.
    """

    route: str
    method: str
    path: str
    key: str
    texts: tuple[str, ...]
    several: tuple[str, ...]
    others: tuple[str, ...]
    usual: Mapping[str, object]

    @property
    def fields(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.texts, *self.several, *self.others)

    def tries(self) -> Iterator[tuple[bytes, bool]]:
        """What is sent, and whether it may end the thing it is about."""
        place = f"{self.method} {self.route}"
        together = tuple(name for name in (*self.texts, *self.several) if name not in _STEPS)
        for typed in rounds(together, place):
            yield self._sent(typed), False
        for name in together:
            yield self._sent({name: _HALF}), False
        for name in (*self.others, *(_STEPS & {*self.texts})):
            for said in (*chosen(f"{place} {name}"), _HALF):
                yield json.dumps({name: said}).encode(), name in _STEPS
        for said in (*chosen(f"{place} the name of a field"), _HALF):
            yield json.dumps({said: said}).encode(), False
        for said in chosen(f"{place} everything"):
            yield writable(said).encode(), False
            yield json.dumps([said]).encode(), False

    def as_usual(self) -> bytes:
        """With nothing wrong in it."""
        return self._sent({})

    def alone(self) -> Iterator[bytes]:
        """Each field once with each of its strings, the others as usual: what is most likely to be kept."""
        for name in (*self.texts, *self.several):
            for said in chosen(f"{self.method} {self.route} {name} kept") if name not in _STEPS else ():
                yield self._sent({name: said})

    def _sent(self, typed: Mapping[str, str]) -> bytes:
        shaped = {name: [said] if name in self.several else said for name, said in typed.items()}
        return json.dumps({**self.usual, **shaped}).encode()


def acts_of(app: web.Application) -> list[tuple[str, str]]:
    """Every act under /api/ that changes something: its route and method."""
    found = {
        (route.resource.canonical, route.method)
        for route in app.router.routes()
        if route.method in _METHODS and isinstance(route.resource, web.Resource)
    }
    return sorted(each for each in found if each[0].startswith("/api/"))


def names_in_the_api() -> set[str]:
    """Every name that the API reads from a body by itself."""
    folder = Path(next(iter(service.web.api.__path__)))
    return {name for file in folder.glob("*.py") for name in _READ.findall(file.read_text(encoding="utf-8"))}


@dataclass(frozen=True, kw_only=True)
class Programs:
    """Programs of organisations, which carry keys and no cookies."""

    whole: WholeHouse
    session: aiohttp.ClientSession
    #: A key for an organisation of each kind that has approvers.
    keys: Mapping[str, str]

    def ask(self, key: str, method: str, path: str, sent: bytes = b"") -> tuple[int, str, str]:
        """Status, type and text of what a program gets."""
        return self.whole.run(self._asked(key, method, path, sent))

    def ask_by(self, body: Body, sent: bytes) -> tuple[int, str, str]:
        """The same for an act."""
        return self.ask(body.key, body.method, body.path, sent)

    def bodies(self) -> list[Body]:
        """Every act that takes a body, with somebody who may do it and something to do it to."""
        described = json.loads(self.ask("", "GET", "/api/openapi.json")[2])["paths"]
        acts = acts_of(self.whole.app)
        return [self._body(route, method, described[route][method.lower()]) for route, method in acts]

    async def _asked(self, key: str, method: str, path: str, sent: bytes) -> tuple[int, str, str]:
        headers = {"Content-Type": "application/json"}
        headers |= {"Authorization": f"Bearer {_AS_THEY_COME.sub('', key)}"} if key else {}
        async with self.session.request(method, f"{self.whole.url}{path}", data=sent, headers=headers) as answer:
            return answer.status, answer.content_type, await answer.text(errors="replace")

    def _body(self, route: str, method: str, described: Mapping[str, Any]) -> Body:
        content = described.get("requestBody", {}).get("content", {})
        fields = content.get("application/json", {}).get("schema", {}).get("properties", {})
        listed, _, rest = route.partition("/{")
        key, one = self._of_somebody(listed)
        kept = one.get("fields", one)
        kinds = {name: _kind(schema) for name, schema in fields.items()}
        return Body(
            route=route,
            method=method,
            path=f"{listed}/{one['id']}{rest.partition('}')[2]}" if rest else listed,
            key=key,
            texts=tuple(name for name, kind in kinds.items() if kind == "text"),
            several=tuple(name for name, kind in kinds.items() if kind == "several"),
            others=tuple(name for name, kind in kinds.items() if kind == "other"),
            usual={name: kept[name] for name in kinds if kept.get(name)},
        )

    def _of_somebody(self, listed: str) -> tuple[str, dict[str, Any]]:
        """The key of an organisation that has something there, and the newest of it."""
        for key in self.keys.values():
            status, _, said = self.ask(key, "GET", listed)
            if status == web.HTTPOk.status_code and (items := json.loads(said)["items"]):
                return key, dict(items[0])
        raise AssertionError(f"nobody has anything at {listed}")


@contextmanager
def the_programs(whole: WholeHouse) -> Iterator[Programs]:
    """Let them in; their session is closed when left."""

    async def come() -> Programs:
        make = whole.inside.accounts.api_keys.make
        keys = {
            kind: await make(kind=kind, key=KEYS.get(kind, "sample"), role=role, label="a sample program")
            for kind, role in roles()
            if role == "approver"
        }
        session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        return Programs(whole=whole, session=session, keys=keys)

    programs = whole.run(come())
    try:
        yield programs
    finally:
        whole.run(programs.session.close())


def _kind(schema: Mapping[str, Any]) -> str:
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if "array" in types:
        return "several"
    return "text" if "string" in types and "enum" not in schema else "other"
