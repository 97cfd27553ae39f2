"""Postings as rows of a file, and what may be attached to one: every wrong cell and file is told in a sentence."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, datetime

import pytest

from service.domain.posting import Draft
from service.domain.posting_file import DOCX, ODT, PDF, PNG, SIZE_CAP, XLSX, kind_of, name_for
from service.domain.posting_sheet import COLUMNS, as_file, sheet_in

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
FINE = {
    "title": "Window cleaning at two sample schools",
    "description": "Clean the windows, inside and outside.",
    "trade": "environment",
    "areas": "Hackney; Camden",
    "worth": "£18,000",
    "starts": "1/4/2027",
    "months": "36",
    "closes": "2027-01-12",
    "closes_time": "",
    "reply": "quotes@borough.example",
    "asks": "A price, and a reference.",
}


def a_file(**cells: str) -> str:
    """A file of one row."""
    row = FINE | cells
    quoted = ('"{}"'.format(row[name].replace('"', '""')) for name in COLUMNS)
    return f"{','.join(COLUMNS)}\r\n{','.join(quoted)}\r\n"


def test_a_row_is_read_as_people_write_it() -> None:
    sheet = sheet_in(a_file(), start=Draft(), now=NOW)
    (row,) = sheet.rows
    assert (sheet.problem, dict(row.problems)) == ("", {})
    assert row.draft.areas == ("E09000012", "E09000007")
    assert (row.draft.starts_day, row.draft.starts_month, row.draft.starts_year) == ("1", "4", "2027")
    assert row.draft.closes_time == "12 noon"
    assert len(row.draft.done) == 6


@pytest.mark.parametrize(
    ("column", "said", "sentence"),
    [
        ("worth", "-5", "Enter a sum above 0"),
        ("worth", "GBP -5", "Enter a sum above 0"),
        ("closes", "2020-01-01", "That moment is past"),
        ("closes", "soon", "numbers, like"),
        ("title", '=HYPERLINK("http://evil.example")', "like a formula"),
        ("description", "@SUM(A1:A9)", "like a formula"),
        ("asks", "+44 20 7946 0000", "like a formula"),
        ("worth", "=1+1", "like a formula"),
        ("trade", "window cleaning", "Choose the trade"),
        ("areas", "Paris", "Choose all of London"),
        ("description", "x" * 9_000, "9,000 characters"),
        ("reply", "ring me", "Enter an e-mail address"),
    ],
)
def test_a_wrong_cell_gets_a_sentence_and_is_kept_as_it_was(column: str, said: str, sentence: str) -> None:
    (row,) = sheet_in(a_file(**{column: said}), start=Draft(), now=NOW).rows
    assert sentence in " ".join(row.problems.values())
    assert column in row.problems or column == "closes"
    (again,) = sheet_in(as_file([row.cells]), start=Draft(), now=NOW).rows
    assert again.cells[column] == said


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "empty"),
        ("title,worth\nx,1\n", "missing: description"),
        (a_file().replace("title", "title,colour", 1), "do not know these columns: colour"),
        (",".join(COLUMNS), "There are 0 rows"),
        (",".join(COLUMNS) + "\nx" * 20_001, "more than 20,000 lines"),
        (",".join([*COLUMNS, *["x"] * 300]), "or 200 columns"),
        (a_file(description="x" * 200_000), "Line 2: a cell holds more than 131,072 characters"),
        (",".join(COLUMNS) + '\n"never ends', "not whole CSV"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_in_a_sentence(text: str, sentence: str) -> None:
    sheet = sheet_in(text, start=Draft(), now=NOW)
    assert not sheet.rows
    assert sentence in sheet.problem


def test_the_longest_cell_is_the_same_whatever_another_reader_of_csv_set() -> None:
    before = csv.field_size_limit(1_000_000)
    try:
        sheet = sheet_in(a_file(description="x" * 200_000), start=Draft(), now=NOW)
    finally:
        csv.field_size_limit(before)
    assert "Line 2: a cell holds more than 131,072 characters" in sheet.problem


def test_rows_beyond_the_first_hundred_wait_with_every_cell() -> None:
    head, row = a_file().splitlines()
    sheet = sheet_in("\n".join([head, *[row] * 103]), start=Draft(), now=NOW)
    assert (len(sheet.rows), len(sheet.later), sheet.problem) == (100, 3, "")
    assert all(cells == sheet.rows[0].cells for cells in sheet.later)


def test_a_file_that_was_handed_back_is_read_again_without_our_marks() -> None:
    head, row = a_file(title="=1+1").splitlines()
    handed_back = f"{head},problem\n{row.replace('=1+1', chr(39) + '=1+1')},title: like a formula"
    (again,) = sheet_in(handed_back, start=Draft(), now=NOW).rows
    assert again.cells["title"] == "=1+1"
    assert "like a formula" in again.problems["title"], "the apostrophe lets no formula through"


def test_the_same_row_on_the_same_day_is_the_same_posting() -> None:
    (one,) = sheet_in(a_file(), start=Draft(), now=NOW).rows
    (two,) = sheet_in(a_file(worth="19000"), start=Draft(), now=NOW).rows
    assert one.identity_for(1, on=NOW) == one.identity_for(1, on=NOW)
    assert len({one.identity_for(1, on=NOW), one.identity_for(2, on=NOW), two.identity_for(1, on=NOW)}) == 3


def packed(parts: dict[str, bytes]) -> bytes:
    """A document of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, body in parts.items():
            made.writestr(name, body)
    return out.getvalue()


TYPES = "[Content_Types].xml"
WORD = {TYPES: b"<Types/>", "word/document.xml": b"<w:document/>"}
MACRO_TYPES = b'<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"%PDF-1.7\n1 0 obj << /Type /Catalog >>", PDF),
        (b"\x89PNG\r\n\x1a\n....", PNG),
        (packed(WORD), DOCX),
        (packed({TYPES: b"<Types/>", "xl/workbook.xml": b"<workbook/>"}), XLSX),
        (packed({"mimetype": ODT.encode(), "content.xml": b"<x/>"}), ODT),
    ],
)
def test_documents_and_images_are_taken_by_what_they_hold(body: bytes, kind: str) -> None:
    assert kind_of(body) == (kind, "")


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00", "a program"),
        (b"#!/bin/sh", "a program"),
        (b"\x7fELF", "a program"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "older Office"),
        (b"<html><script>", "not a kind of file"),
        (b"GIF89a", "not a kind of file"),
        (packed(WORD | {"word/vbaProject.bin": b"x"}), "macros"),
        (packed(WORD | {TYPES: MACRO_TYPES}), "macros"),
        (packed(WORD | {"word/embeddings/oleObject1.bin": b"x"}), "macros"),
        (packed({"mimetype": ODT.encode(), "Basic/Standard/Module1.xml": b"x"}), "macros"),
        (packed({"a.txt": b"x"}), "not a kind of file"),
        (packed(WORD | {"word/media/a": b"\0" * 30_000_000}), "far larger"),
        (packed(WORD | {"word/media/a.zip": b"x"}), "far larger"),
        (b"PK\x03\x04 nothing more", "damaged"),
        (b"%PDF-1.7 << /S /JavaScript /JS (app.alert(1)) >>", "holds a script"),
        (b"%PDF-1.7 << /S /J#61vaScript >>", "holds a script"),
        (b"%PDF-" + b"x" * SIZE_CAP, "larger than 10 MB"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_can_run_or_burst_is_refused_with_a_sentence(body: bytes, sentence: str) -> None:
    kind, why = kind_of(body)
    assert kind == ""
    assert sentence in why


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("brief.PDF", "brief.pdf"),
        ("..\\..\\etc/passwd", "passwd.pdf"),
        ('a"b\r\nSet-Cookie: x.pdf', "a b Set-Cookie x.pdf"),
        ("", "document.pdf"),
        ("virus.pdf.exe", "virus.pdf.pdf"),
    ],
)
def test_a_name_is_one_safe_line_that_ends_as_its_kind(said: str, name: str) -> None:
    assert name_for(said, PDF) == name
