"""What the compliance guide says of a posting on its pages, and what its people do with that."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.posting_world import APPROVER, CAMDEN_APPROVER, POSTER, Borough, a_borough

WHAT = {"title": "Sample cleaning", "description": "Fill in the pre-qualification questionnaire first."}


@pytest.fixture
async def borough(tmp_path: Path) -> AsyncIterator[Borough]:
    async with a_borough(tmp_path) as made:
        yield made


async def words(borough: Borough, path: str) -> str:
    return " ".join((await borough.page(path)).text_content().split())


async def test_advice_stands_beside_the_questions_and_in_the_preview_with_its_source(borough: Borough) -> None:
    await borough.enter(POSTER)
    path = await borough.write(how_much={"worth": "30000"})
    for page in ("how-long", "check"):
        assert "To be settled Find a Tender first" in await words(borough, f"{path}/{page}")
    said = await words(borough, f"{path}/guide")
    assert "With VAT at 20 per cent this is £36,000. From £30,000" in said
    assert (
        "Source: Procurement Act 2023, sections 84 and 87, as Anthony Collins Solicitors tell it. Read by us on" in said
    )
    assert "1 thing is to be settled before it is published" in said.lower()


async def test_nothing_is_published_past_open_advice_however_it_is_asked(borough: Borough) -> None:
    await borough.enter(APPROVER)
    path = await borough.write(how_much={"worth": "30000"})
    assert not (await borough.page(f"{path}/check")).xpath("//form[contains(@action,'/publish')]")
    said = ""
    for version in range(1, 12):
        answer = await borough.post(f"{path}/publish", seen=str(version))
        assert answer.status == 400
        said += await answer.text()
    assert said.count("The guide says: Find a Tender first") == 1
    assert "Draft" in (await borough.page(path)).xpath("string(//p[@class='status-line'])")


async def test_a_reason_lets_it_through_and_stands_in_the_record_and_the_audit_log(borough: Borough) -> None:
    await borough.enter(APPROVER)
    path = await borough.write(how_much={"worth": "30000"})
    answer = await borough.post(f"{path}/guide/overrule", rule="notice_first", why="  Ordered from a\nframework ")
    assert answer.status == 200
    assert "Gone over, because: Ordered from a framework" in await words(borough, f"{path}/guide")
    await borough.publish(path)
    record = " ".join((await borough.page(path)).xpath("string(//ul[@class='record'])").split())
    said = "approver@hackney.gov.uk went over advice of the guide: Find a Tender first: Ordered from a framework"
    assert said in record
    assert record.index(said) < record.index("published it")


async def test_a_reason_is_asked_for_and_advice_that_is_not_given_cannot_be_overruled(borough: Borough) -> None:
    await borough.enter(POSTER)
    path = await borough.write(how_much={"worth": "30000"})
    answer = await borough.post(f"{path}/guide/overrule", rule="notice_first", why=" ")
    assert answer.status == 422
    assert "Say why it does not apply here" in await answer.text()
    answer = await borough.post(f"{path}/guide/overrule", rule="pre_qualification", why="Because")
    assert answer.status == 422
    assert "does not say that any more" in await answer.text()


async def test_a_reason_for_a_smaller_sum_does_not_cover_a_larger_one(borough: Borough) -> None:
    await borough.enter(APPROVER)
    path = await borough.write(how_much={"worth": "30000"})
    await borough.post(f"{path}/guide/overrule", rule="notice_first", why="A framework")
    await borough.post(f"{path}/how-much", worth="90000")
    assert not (await borough.page(f"{path}/check")).xpath("//form[contains(@action,'/publish')]")


async def test_the_number_of_the_notice_settles_it_and_a_wrong_one_has_to_be_corrected(borough: Borough) -> None:
    await borough.enter(APPROVER)
    path = await borough.write(how_much={"worth": "30000"})
    await borough.post(f"{path}/guide/number", find_a_tender="12345")
    said = await words(borough, f"{path}/guide")
    assert "“12345” does not look like a number of Find a Tender" in said
    assert not (await borough.page(f"{path}/guide")).xpath("//form[contains(@action,'/overrule')]")
    answer = await borough.post(f"{path}/guide/overrule", rule="notice_number", why="It is right")
    assert answer.status == 422
    await borough.post(f"{path}/guide/number", find_a_tender=" 012345-2026 ")
    await borough.publish(path)
    assert "gave the number on Find a Tender: 012345-2026" in await words(borough, path)


async def test_the_text_of_a_reservation_is_taken_over_with_one_press(borough: Borough) -> None:
    await borough.enter(POSTER)
    path = await borough.write()
    answer = await borough.post(f"{path}/guide/reserve", area="neighbours", who="small")
    assert answer.status == 200
    typed = (await borough.page(f"{path}/what")).xpath("string(//textarea)")
    assert "four times a year.\n\nReserved for suppliers: only small and medium firms" in typed
    assert "the London Borough of Hackney and, bordering on it, the City of London" in typed
    said = await words(borough, f"{path}/guide")
    assert "You may ask local firms only" not in said
    answer = await borough.post(f"{path}/guide/reserve", area="own", who="any")
    assert answer.status == 422
    assert (await borough.page(f"{path}/what")).xpath("string(//textarea)") == typed


async def test_words_of_a_test_before_the_bid_are_shown_as_found(borough: Borough) -> None:
    await borough.enter(POSTER)
    path = await borough.write(what=WHAT)
    assert "You wrote “pre-qualification”." in await words(borough, f"{path}/guide")
    await borough.post(f"{path}/what", title="Sample cleaning", description="Send a price.")
    assert "You wrote" not in await words(borough, f"{path}/guide")


async def test_what_a_colleague_waits_to_approve_is_a_draft_again_once_advice_was_answered(borough: Borough) -> None:
    await borough.enter(POSTER)
    path = await borough.write(how_much={"worth": "30000"})
    await borough.post(f"{path}/ask")
    await borough.post(f"{path}/guide/overrule", rule="notice_first", why="A framework")
    assert "Draft" in (await borough.page(path)).xpath("string(//p[@class='status-line'])")


async def test_the_preview_shows_what_a_firm_of_five_would_think(borough: Borough) -> None:
    await borough.enter(POSTER)
    asks = "Three method statements, and public liability insurance of £10m. Tenderers shall utilise our form."
    path = await borough.write(how_to_reply={"asks": asks})
    said = await words(borough, f"{path}/check")
    assert "As a firm of five would see it" in said
    assert "About 2 days of one person: reading it and setting a price, a written account of how" in said
    assert "£10,000,000 of public liability cover is much for work worth £18,000" in said
    assert "“utilise”: try use" in said
    assert (await borough.page(f"{path}/check")).xpath("//form[contains(@action,'/ask')]")


async def test_another_borough_finds_no_guide_of_ours(borough: Borough) -> None:
    await borough.enter(POSTER)
    path = await borough.write(how_much={"worth": "30000"})
    await borough.enter(CAMDEN_APPROVER)
    assert (await borough.browser.get(f"{path}/guide")).status == 404
    for act, fields in (
        ("overrule", {"rule": "notice_first", "why": "x"}),
        ("reserve", {"area": "own", "who": "any"}),
        ("number", {"find_a_tender": "012345-2026"}),
    ):
        assert (await borough.post(f"{path}/guide/{act}", **fields)).status == 404


async def test_the_page_of_rules_and_how_we_decide_read_the_same_sums(borough: Borough) -> None:
    said = await words(borough, "/rules")
    assert "£207,720 with VAT" in said
    assert "£214,904" not in said
    assert "Local Government (Exclusion of Non-commercial Considerations) (England) Order 2026" in said
    assert "Local firms only: not yet" not in said
    assert "From £207,720 with VAT boroughs follow the full rules" in await words(borough, "/how-we-decide")
