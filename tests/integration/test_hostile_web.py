"""Hostile strings in every field there is: of every form, of every parameter of lists and API, of every address.

The fields are found in the router, the pages, our OpenAPI description and the code (tests/hostile_fields.py), so that a
new one is tried the day it appears. An ordinary run tries a sample that the name of the field decides; `make hostile`
tries all 1,000 in each (BOWBELL_HOSTILE=1000).
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, urlencode, urljoin, urlsplit

import pytest

from tests.hostile_bodies import the_programs
from tests.hostile_fields import (
    Form,
    askings_of,
    forms_of,
    names_in_the_code,
    parts_of,
    posts,
    see_every_question,
)
from tests.hostile_rounds import ALL, COUNT, SIGN, STRINGS, chosen, fault_in, note, reflected, rounds, writable
from tests.journeys.tour import Stop, Tour, found_in, walk
from tests.journeys.whole_house import WholeHouse, a_whole_house

pytestmark = pytest.mark.hostile

#: Read by what serves files with a year's lease, and by nothing that a person fills in.
_NO_FIELDS = {"v"}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeHouse]:
    with a_whole_house(tmp_path_factory.mktemp("house")) as made:
        yield made


@pytest.fixture(scope="module")
def tour(whole: WholeHouse) -> Tour:
    seen = whole.run(walk(whole))
    whole.run(see_every_question(whole, seen))
    return seen


def is_still_shown(form: Form, whole: WholeHouse) -> bool:
    """Whether its page still has it, so that what is sent is read as that form. What no page shows cannot be told."""
    _, _, page = whole.run(whole.get(form.who, form.at)) if form.at else (0, "", "")
    actions = {urlsplit(urljoin(form.at, str(each))).path for each in found_in(page, "//form/@action")} if page else ()
    return not form.at or urlsplit(form.action).path in {*actions, urlsplit(form.at).path}


def test_the_strings_are_a_thousand_different_ones() -> None:
    assert len(set(STRINGS)) == len(STRINGS) == ALL
    for count in (1, 3):
        names = tuple("abc"[:count])
        for name in names:
            tried = [each[name] for each in rounds(names, "here") if name in each]
            assert len(set(tried)) == COUNT


@pytest.mark.parametrize(
    "bad",
    [
        f"<p><script>{SIGN}</script></p>",
        f"<p><a href='javascript:{SIGN}'>x</a></p>",
        f"<input value='' on{SIGN}=x>",
        f"<textarea></textarea><{SIGN}></textarea>",
        f"<p>49{SIGN}</p>",
    ],
)
def test_a_page_that_reflects_is_known(bad: str) -> None:
    assert reflected(bad)


def test_a_page_that_escapes_is_known_too() -> None:
    assert not reflected(f"<p>&lt;script&gt;{SIGN}</p><input value='{SIGN}'><!-- {SIGN} -->")
    assert fault_in(500, "text/html", "")
    assert fault_in(200, "application/atom+xml", "<feed>\x00</feed>")


def test_every_name_that_the_code_reads_and_every_route_that_takes_a_form_is_tried(
    whole: WholeHouse, tour: Tour
) -> None:
    forms, askings = forms_of(tour, whole.app), askings_of(tour, whole.app)
    tried = {name for form in forms for name in form.fields} | {name for asking in askings for name in asking.names}
    assert names_in_the_code() - tried - _NO_FIELDS == set()
    assert {each for each in posts(whole.app) if not each.startswith("/api/")} == {each.route for each in forms}
    assert len(forms) > 40
    assert len(askings) > 20


def test_no_parameter_of_any_list_feed_or_api_bears_a_fault(whole: WholeHouse, tour: Tour) -> None:
    tried = fields = 0
    for asking in askings_of(tour, whole.app):
        fields += len(asking.names)
        for typed in rounds(asking.names, asking.path if asking.route.startswith("/feeds/") else asking.route):
            query = urlencode({name: said.encode("utf-8", "surrogatepass")[:4000] for name, said in typed.items()})
            query = query if len(query) < 7000 else query[:7000].rpartition("%")[0]
            fault = fault_in(*whole.run(whole.get(asking.who, f"{asking.path}?{query}")))
            assert not fault, (asking.route, fault, {name: said[:80] for name, said in typed.items()})
            tried += 1
    note(f"{fields} parameters, {COUNT} strings each, in {tried} requests: no fault")


def test_no_part_of_any_address_bears_a_fault(whole: WholeHouse, tour: Tour) -> None:
    parts = parts_of(tour)
    for canonical, who, before, after in parts:
        for typed in chosen(f"{canonical} {len(before)}"):
            part = quote(typed[:500].encode("utf-8", "surrogatepass"), safe="") or "%20"
            fault = fault_in(*whole.run(whole.get(who, f"{before}{part}{after}")))
            assert not fault, (canonical, fault, typed[:80])
    assert len(parts) > 25
    note(f"{len(parts)} parts of addresses, {COUNT} strings each: no fault")


def test_no_field_of_any_form_bears_a_fault(whole: WholeHouse, tour: Tour) -> None:
    tried = fields = 0
    forms = [each for each in forms_of(tour, whole.app) if each.fields]
    with whole.kept() as bring_back:
        for form in forms:
            bring_back()
            assert is_still_shown(form, whole), form.route
            fields += len(form.fields)
            for typed in rounds(form.fields, f"{form.route} {form.fields}"):
                if form.moves_on:
                    bring_back()
                fault = fault_in(*whole.run(sent(form, typed, whole)))
                assert not fault, (form.route, fault, {name: said[:80] for name, said in typed.items()})
                tried += 1
    note(f"{fields} fields of {len(forms)} forms, {COUNT} strings each, in {tried} posts: no fault")


def test_no_page_or_letter_shows_what_was_kept_as_markup(whole: WholeHouse, tour: Tour) -> None:
    with whole.kept() as bring_back:
        for form in forms_of(tour, whole.app):
            for typed in rounds(form.fields, f"{form.route} {form.fields} kept") if not form.moves_on else ():
                whole.run(sent(form, typed, whole))
        with the_programs(whole) as programs:
            statuses = [programs.ask_by(body, said)[0] for body in programs.bodies() for said in body.alone()]
        assert statuses.count(201) > 0, "programs left nothing"
        after = whole.run(walk(whole))
        bring_back()
    assert sum(SIGN in stop.text for stop in after.stops) > 8, "hardly anything was kept"
    assert [(stop.who, stop.path, fault) for stop in after.stops if (fault := fault_of(stop))] == []
    note(f"{len(after.stops)} pages and letters looked at afterwards: no fault")


def fault_of(stop: Stop) -> str:
    """The same of a stop of the walk."""
    return fault_in(stop.status, stop.kind, stop.text)


async def sent(form: Form, typed: dict[str, str], whole: WholeHouse) -> tuple[int, str, str]:
    """Status, type and text of the answer to a form with so much of it typed."""
    pairs = [(name, said) for name, said in form.usual if name not in typed]
    pairs += [(name, writable(said)) for name, said in typed.items()]
    if form.files:
        status, said = await whole.post_files(form.who, form.action, *pairs, files=form.files)
    else:
        status, said = await whole.post(form.who, form.action, *pairs)
    return status, "text/html", said
