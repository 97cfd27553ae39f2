"""A wrong source file is told with its name, the line and the key; a right one cannot do harm."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scrapers.kinds.rules_file import rules_from, rules_in
from service.errors import WrongRules

GOOD = """\
key = "sample_page"
kind = "html_list"

[card]
name = "Sample"
home = "https://www.example.gov.uk"
licence = "OGL v3.0"
attribution = "From a sample."
permission = "needs_permission"
authorities = ["E09000012"]

[request]
base = "https://www.example.gov.uk"
path = "/tenders?page={page}"
pages = 2

[rows]
select = "table tr"
identity = "url"

[fields.title]
select = "a"
required = true

[fields.url]
select = "a"
take = "href"
required = true

[fields.deadline]
select = "td:nth-child(2)"
dates = "%d/%m/%Y"

[means]
buyer = "Sample Borough Council"
"""


def test_a_right_file_is_read() -> None:
    rules = rules_from(GOOD, file="sample_page.toml")
    assert (rules.key, rules.rows.identity, rules.fields["deadline"].dates) == ("sample_page", ("url",), ("%d/%m/%Y",))


@pytest.mark.parametrize(
    ("old", "new", "line", "key"),
    [
        ('kind = "html_list"', 'kind = "html"', 2, "kind"),
        ('kind = "html_list"', 'kind = "none"', 2, "kind"),
        ('name = "Sample"', "name = 5", 5, "card.name"),
        ('home = "https://www', 'home = "ftp://www', 6, "card.home"),
        ('permission = "needs_permission"\n', "", 4, "card.permission"),
        ('"E09000012"', '"E06000012"', 10, "card.authorities"),
        ('path = "/tenders?page={page}"', 'path = "/tenders"', 12, "request"),
        ("pages = 2", "pages = 2000", 15, "request.pages"),
        ("pages = 2", "pages = 2\npace = 0.1", 16, "request.pace"),
        ("pages = 2", "pages = 2\npaec = 5", 16, "request.paec"),
        ('select = "table tr"\n', "", 17, "rows.select"),
        ('identity = "url"', 'identity = "reference"', 21, "fields.reference"),
        ('take = "href"\nrequired = true', 'take = "href"', 25, "fields.url.required"),
        ("[fields.deadline]", "[fields.closing]", 30, "fields.closing"),
        ('dates = "%d/%m/%Y"', "", 30, "fields.deadline.dates"),
        ('dates = "%d/%m/%Y"', 'dates = "%d/%m/%Y"\npattern = "(("', 33, "fields.deadline.pattern"),
        ('dates = "%d/%m/%Y"', 'dates = "%d/%m/%Y"\nfind = "(a+)+b"', 33, "fields.deadline.find"),
        ('dates = "%d/%m/%Y"', 'dates = "%d/%m/%Y"\nshare = 90', 33, "fields.deadline.share"),
        ('select = "td:nth-child(2)"', 'select = "td.x"\nheading = "Closing"', 32, "fields.deadline.heading"),
        ('select = "td:nth-child(2)"', 'column = "Closing"', 17, "rows.headings"),
        ('buyer = "Sample Borough Council"', "", 34, "means.buyer"),
        ('key = "sample_page"', 'key = "Sample Page"', 1, "key"),
    ],
)
def test_what_is_wrong_is_told_with_file_line_and_key(old: str, new: str, line: int, key: str) -> None:
    assert old in GOOD
    with pytest.raises(WrongRules) as raised:
        rules_from(GOOD.replace(old, new, 1), file="sample_page.toml")
    assert (raised.value.line, raised.value.key) == (line, key)
    assert f"sample_page.toml, line {line}: {key}: " in str(raised.value)


def test_what_is_no_toml_is_told_with_its_line() -> None:
    with pytest.raises(WrongRules, match=r"sample_page\.toml, line 2: "):
        rules_from('key = "x"\nkind = ', file="sample_page.toml")


def test_the_key_must_be_the_name_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "other_page.toml"
    path.write_text(GOOD)
    with pytest.raises(WrongRules, match=re.escape("other_page.toml, line 1: key: it must be the file's name")):
        rules_in(path)
    with pytest.raises(WrongRules, match="cannot be read"):
        rules_in(tmp_path / "nothing.toml")
