"""Promises of every letter: found by itself, small, sound HTML, whole links, text to read, headers by the book."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import html5lib
import jinja2
import pytest

from notifiers import render as rendering
from notifiers.mail_samples import SAMPLES
from service.commands.mail import Letter, account_letters, letters, render
from service.registry import letter_writers

LETTERS = letters()
_MOST_BYTES = 60_000
each_letter = pytest.mark.parametrize("letter", LETTERS, ids=[each.name for each in LETTERS])


def test_every_function_that_writes_letters_has_a_sample() -> None:
    assert set(letter_writers()) == set(SAMPLES)


def test_every_template_is_among_the_letters_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[str] = set()
    real = jinja2.Environment.get_template

    def noted(self: jinja2.Environment, name: str, *args: object) -> jinja2.Template:
        seen.add(name)
        return real(self, name, *args)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(jinja2.Environment, "get_template", noted)
    letters()
    folder = Path(rendering.__file__).parent / "templates"
    assert seen == {path.name for path in folder.iterdir()}


def test_words_about_accounts_are_found_where_they_are_worded() -> None:
    assert "sign_in" in dict(account_letters())


@each_letter
def test_a_letter_is_small(letter: Letter) -> None:
    assert len(letter.mail.as_bytes()) < _MOST_BYTES


@each_letter
def test_its_html_is_sound_in_the_eyes_of_a_strict_parser(letter: Letter) -> None:
    html5lib.HTMLParser(strict=True).parse(letter.message.html)


@each_letter
def test_every_link_is_whole_and_no_picture_or_script_is_loaded(letter: Letter) -> None:
    tree = html5lib.parse(letter.message.html, namespaceHTMLElements=False)
    links = [str(each.get("href")) for each in tree.iter("a")]
    assert links or letter.message.kind != "alert"
    assert all(link.startswith(("https://", "mailto:")) for link in links)
    assert not [each.tag for each in tree.iter() if each.tag in {"img", "script", "link", "iframe", "form"}]
    assert not re.search(r"url\(|@import|@font-face", letter.message.html)


@each_letter
def test_its_html_says_its_language_title_and_heading(letter: Letter) -> None:
    tree = html5lib.parse(letter.message.html, namespaceHTMLElements=False)
    assert tree.get("lang") == "en-GB"
    assert (tree.findtext("head/title") or "").strip()
    assert len(list(tree.iter("h1"))) == 1
    assert all(table.get("role") == "presentation" for table in tree.iter("table"))


@each_letter
def test_its_text_says_what_the_html_says_and_can_be_read(letter: Letter) -> None:
    text = letter.message.text
    tree = html5lib.parse(letter.message.html, namespaceHTMLElements=False)
    for link in tree.iter("a"):
        assert str(link.get("href")) in text
    assert not re.search(r"<[a-z/]|&[a-z]+;|\{\{|\n{3,}", text)
    assert not [line for line in text.splitlines() if line != line.rstrip() and line != "-- "]
    assert len(text.split()) > 15


@each_letter
def test_its_headers_are_by_the_book(letter: Letter) -> None:
    mail = message_from_bytes(letter.mail.as_bytes(), policy=default)
    for name in ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version"):
        assert len(mail.get_all(name, [])) == 1
    assert mail["Auto-Submitted"] in {"auto-generated", "auto-replied"}
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert max(len(line) for line in letter.mail.as_bytes().splitlines()) <= 998
    if letter.message.kind == "account":
        assert mail["List-Unsubscribe"] is None
    else:
        assert re.match(r"<https://\S+>", mail["List-Unsubscribe"])
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert re.fullmatch(r"[^<>]+ <[\w.-]+>", mail["List-Id"])


def test_the_command_writes_each_as_html_text_and_mail(tmp_path: Path) -> None:
    said = render(tmp_path)
    assert len(said) == len(LETTERS)
    for letter in LETTERS:
        assert (tmp_path / f"{letter.name}.html").read_text(encoding="utf-8") == letter.message.html
        assert letter.message.text in (tmp_path / f"{letter.name}.txt").read_text(encoding="utf-8")
        assert (tmp_path / f"{letter.name}.eml").read_bytes() == letter.mail.as_bytes()
        assert f"{letter.name}.html" in (tmp_path / "index.html").read_text(encoding="utf-8")


@each_letter
def test_samples_are_plainly_samples(letter: Letter) -> None:
    assert "ample" in letter.message.text
