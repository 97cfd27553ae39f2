"""A page laid out anew is reported with the field that is hurt, and nothing of it is used."""

from __future__ import annotations

import pytest

from scrapers.kinds.declared import DeclaredSource
from service.errors import LayoutDrift, NotLetIn
from service.ports import Page
from tests.listing_world import Canned, declared_sources, polled, recorded_page
from tests.mutations import HARMLESS, Mutation, mutations

CASES = [
    pytest.param(source, mutation, id=f"{source.key}: {mutation.name}")
    for source in declared_sources()
    for mutation in mutations(source, recorded_page(source))
]


@pytest.mark.parametrize(("source", "mutation"), CASES)
async def test_a_page_laid_out_anew_stops_the_poll_and_names_the_field(
    source: DeclaredSource, mutation: Mutation
) -> None:
    assert mutation.body != recorded_page(source)
    if mutation.name in HARMLESS.get(source.key, ()):
        assert bodies(await polled(source, Canned(body=mutation.body))) == bodies(
            await polled(source, Canned(body=recorded_page(source)))
        )
        return
    with pytest.raises((LayoutDrift, NotLetIn)) as raised:
        # Not one page is given before: a page given first would have been used.
        await polled(source, Canned(body=mutation.body))
    if mutation.fields:
        assert isinstance(raised.value, LayoutDrift)
        assert raised.value.field in mutation.fields
        assert raised.value.field in str(raised.value)


def bodies(pages: list[Page]) -> list[bytes]:
    """What a poll brought."""
    return [notice.body for page in pages for notice in page.notices]


async def test_there_are_as_many_ways_to_drift_as_there_are_fields_to_hurt() -> None:
    names = {case.values[1].name for case in CASES}  # type: ignore[union-attr]
    assert {"title and buyer swapped", "half without deadline", "title renamed", "every row twice", "no rows"} <= names
    assert len(CASES) > 200
