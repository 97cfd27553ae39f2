"""Hostile strings in everything that programs send: each field of each JSON body, parts of addresses, and the key.

The acts are found in the router and their fields in our description (tests/hostile_bodies.py). `make hostile` tries all
1,000 strings in each; that nothing of it comes back as markup on a page is looked at in test_hostile_web.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from urllib.parse import quote

import pytest

from service.domain.posting_sheet import COLUMNS, EXTRA
from service.domain.programme_draft import ProgrammeDraft
from tests.hostile_bodies import Body, Programs, acts_of, names_in_the_api, the_programs
from tests.hostile_rounds import COUNT, chosen, fault_in, note
from tests.journeys.whole_house import WholeHouse, a_whole_house

pytestmark = pytest.mark.hostile


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeHouse]:
    with a_whole_house(tmp_path_factory.mktemp("house")) as made:
        yield made


@pytest.fixture(scope="module")
def programs(whole: WholeHouse) -> Iterator[Programs]:
    with the_programs(whole) as made:
        yield made


@pytest.fixture(scope="module")
def bodies(programs: Programs) -> list[Body]:
    return programs.bodies()


def test_every_act_and_every_field_that_the_code_reads_is_tried(whole: WholeHouse, bodies: list[Body]) -> None:
    assert [(each.route, each.method) for each in bodies] == acts_of(whole.app)
    tried = {name for each in bodies for name in each.fields}
    models = {*COLUMNS, *EXTRA, *(each.name for each in fields(ProgrammeDraft))}
    assert (names_in_the_api() | models) - tried == set()
    assert len(bodies) >= 5


def test_programs_are_let_in_and_what_is_usual_is_taken(
    whole: WholeHouse, programs: Programs, bodies: list[Body]
) -> None:
    with whole.kept() as bring_back:
        for body in bodies:
            status, _, said = programs.ask_by(body, body.as_usual())
            assert status in {200, 201}, (body.route, said)
        bring_back()


def test_no_field_of_any_body_bears_a_fault(whole: WholeHouse, programs: Programs, bodies: list[Body]) -> None:
    tried = count = 0
    with whole.kept() as bring_back:
        for body in bodies:
            bring_back()
            count += len(body.fields)
            for sent, may_end in body.tries():
                if may_end:
                    bring_back()
                status, kind, said = programs.ask_by(body, sent)
                assert status not in {401, 403}, (body.method, body.route, said)
                fault = fault_in(status, kind, said)
                assert not fault, (body.method, body.route, fault, sent[:200])
                tried += 1
        bring_back()
    note(f"{count} fields of {len(bodies)} bodies, {COUNT} strings each, in {tried} requests: no fault")


def test_no_part_of_any_address_that_takes_a_body_bears_a_fault(programs: Programs, bodies: list[Body]) -> None:
    tried = 0
    for body in bodies:
        before, _, rest = body.route.partition("/{")
        for said in chosen(f"{body.method} {body.route} part") if rest else ():
            part = quote(said[:500].encode("utf-8", "surrogatepass"), safe="") or "%20"
            fault = fault_in(*programs.ask(body.key, body.method, f"{before}/{part}{rest.partition('}')[2]}", b"{}"))
            assert not fault, (body.method, body.route, fault, said[:80])
            tried += 1
    assert tried >= COUNT
    note(f"{tried} addresses that take a body: no fault")


def test_no_key_bears_a_fault(programs: Programs) -> None:
    for said in chosen("a key"):
        status, kind, text = programs.ask(f"bowbell_{said[:4000]}", "GET", "/api/postings")
        assert status == 401, said[:80]
        assert not fault_in(status, kind, text), said[:80]
    note(f"{COUNT} strings as a key: no fault")
