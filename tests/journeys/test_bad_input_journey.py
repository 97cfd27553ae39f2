"""Bad input in a real browser: a sentence beside the field, and nothing lost of what was typed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.domain.posting_sheet import COLUMNS
from tests.journeys.browser import a_browser, missing, resize
from tests.journeys.buyer import Buyer
from tests.journeys.post_box import a_post_box
from tests.journeys.served import Copy, let_in

pytestmark = [pytest.mark.journey, pytest.mark.skipif(bool(missing()), reason=missing() or "ready")]

_POSTER = "poster@council.example"
_NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
_TEN_MEGABYTES = 10_000_000
_ROW = (
    *("Window cleaning at two sample schools", "Clean the windows of two schools.", "environment", "Hackney", "18000"),
    *("2027-04-01", "36", "2027-01-12", "12 noon", "quotes@borough.example", "A price for each visit."),
)
#: What stands beside a field: the error in the same group.
_BESIDE = """
const group = document.querySelector(arguments[0]).closest('.govuk-form-group.govuk-form-group--error');
return group?.querySelector('.govuk-error-message')?.innerText ?? '';
"""
_PASTE = "const box = document.querySelector(arguments[0]); box.value = arguments[1].repeat(arguments[2])"


@pytest.fixture
def buyer(tmp_path: Path) -> Iterator[Buyer]:
    """A poster at the browser of a served copy."""
    with a_post_box() as post, a_browser() as driver:
        resize(driver, width=1180)
        driver.set_page_load_timeout(120)  # to lay out ten megabytes takes a browser its time
        copy = Copy(tmp_path, smtp_url=post.url)
        let_in(copy, "hackney", domain="council.example", people=[(_POSTER, "poster")])
        with copy.served(now=_NOW):
            yield Buyer(driver, copy.url, post)


def test_a_wrong_answer_has_its_sentence_beside_the_field_and_stays(buyer: Buyer, tmp_path: Path) -> None:
    buyer.enters(_POSTER)
    buyer.begins()
    path = buyer.driver.current_url.removesuffix("/what")

    buyer.driver.get(f"{path}/how-much")
    buyer.types("#worth", "GBP -5")
    refused(buyer, "#worth", "Enter a sum above 0")
    assert buyer.finds("#worth").get_attribute("value") == "GBP -5"
    buyer.pictured("below-nothing")

    buyer.driver.get(f"{path}/by-when")
    for part, said in (("day", "2"), ("month", "1"), ("year", "2020")):
        buyer.types(f"#closes_{part}", said)
    refused(buyer, "#closes_day", "That moment is past")
    assert [buyer.finds(f"#closes_{part}").get_attribute("value") for part in ("day", "month", "year")] == [
        *("2", "1", "2020")
    ]

    macros = io.BytesIO()
    with zipfile.ZipFile(macros, "w") as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("word/document.xml", "<document/>")
        packed.writestr("word/vbaProject.bin", "Sub AutoOpen")
    document = tmp_path / "order form.docx"
    document.write_bytes(macros.getvalue())
    buyer.driver.get(f"{path}/files")
    buyer.finds("#file").send_keys(str(document))
    buyer.presses("Attach it")
    told(buyer, "#file", "That document holds macros")
    buyer.pictured("macros")


@pytest.mark.parametrize("box", ["#description", "#title"])
def test_ten_megabytes_in_a_box_are_told_and_stay_in_it(buyer: Buyer, box: str) -> None:
    buyer.enters(_POSTER)
    buyer.begins()
    buyer.driver.execute_script(_PASTE, box, "0123456789", _TEN_MEGABYTES // 10)
    refused(buyer, box, "10,000,000 characters")
    assert length(buyer, box) == _TEN_MEGABYTES


def test_rows_of_a_file_are_told_and_stay_whether_pasted_or_sent(buyer: Buyer, tmp_path: Path) -> None:
    buyer.enters(_POSTER)
    head, fine = ",".join(COLUMNS), ",".join(_ROW)
    formula = fine.replace(_ROW[0], '"=HYPERLINK(""http://evil.example"")"')

    buyer.driver.get(f"{buyer.url}/buyers/postings/many")
    buyer.finds("#rows").send_keys(f"{head}\n{fine}\n{formula}")
    buyer.presses("Check them")
    buyer.sees("Rows to put right", where="main h2")
    assert "begins with '=' like a formula" in buyer.finds("#wrong").text
    assert "HYPERLINK" in str(buyer.finds("#rows").get_attribute("value"))
    buyer.pictured("rows-to-put-right")
    buyer.presses("Keep the fine row as a draft")
    buyer.sees("1 row is left", where="#left")
    assert "HYPERLINK" in str(buyer.finds("#rows").get_attribute("value"))
    assert _ROW[0] in buyer.finds("article.card").text
    buyer.pictured("kept-and-left")

    much = f"{head}\n{formula}\n" + f"{fine}\n" * (_TEN_MEGABYTES // len(fine))
    sheet = tmp_path / "postings.csv"
    sheet.write_text(much, encoding="utf-8")
    buyer.driver.get(f"{buyer.url}/buyers/postings/many")
    buyer.finds("#file").send_keys(str(sheet))
    buyer.presses("Check them")
    told(buyer, "#rows", "more than 20,000 lines")
    assert length(buyer, "#rows") == len(much)

    buyer.driver.get(f"{buyer.url}/buyers/postings/many")
    buyer.driver.execute_script(_PASTE, "#rows", f"{fine}\n", _TEN_MEGABYTES // len(fine))
    pasted = length(buyer, "#rows")
    buyer.presses("Check them")
    told(buyer, "#rows", "more than 20,000 lines")
    assert length(buyer, "#rows") == pasted


def refused(buyer: Buyer, box: str, sentence: str) -> None:
    """Press on, and be told beside the box."""
    buyer.presses("Save and continue")
    told(buyer, box, sentence)


def told(buyer: Buyer, box: str, sentence: str) -> None:
    """The sentence stands beside the box, and above the form with a link to it."""
    buyer.sees("There is a problem", where=".govuk-error-summary")
    assert sentence in buyer.driver.execute_script(_BESIDE, box)
    assert sentence in buyer.finds(f".govuk-error-summary a[href='{box}']").text


def length(buyer: Buyer, box: str) -> int:
    """Characters in a box."""
    return int(buyer.driver.execute_script("return document.querySelector(arguments[0]).value.length", box))
