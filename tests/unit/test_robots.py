"""What a robots.txt closes stays closed to us, and what it opens is open (RFC 9309)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from service.http.robots import CLOSED, OPEN, RobotsBook, robots_rules

NOW = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "path", "is_open"),
    [
        ("", "/Opportunities/Index", True),
        ("User-agent: *\nDisallow: /", "/Opportunities/Index?Page=1", False),
        ("User-agent: *\nDisallow:", "/anything", True),
        ("User-agent: *\nDisallow: /esop", "/esop/toolkit/list.si", False),
        ("User-agent: *\nDisallow: /esop", "/ESOP/toolkit", True),
        ("User-agent: otherbot\nDisallow: /", "/list", True),
        ("User-agent: Bowbell\nDisallow: /list\n\nUser-agent: *\nDisallow:", "/list", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: bowbell/1.0\nAllow: /", "/list", True),
        ("User-agent: one\nUser-agent: *\nDisallow: /private", "/private/x", False),
        ("User-agent: *\nDisallow: /\nAllow: /Opportunities", "/Opportunities/Index", True),
        ("User-agent: *\nAllow: /Opportunities\nDisallow: /", "/Advert?advertId=1", False),
        ("User-agent: *\nDisallow: /*/aspx/", "/tenant/aspx/Services/Projects.svc", False),
        ("User-agent: *\nDisallow: /*?", "/Opportunities/Index?Page=1", False),
        ("User-agent: *\nDisallow: /*?", "/Opportunities/Index", True),
        ("User-agent: *\nDisallow: /*.csv$", "/register.csv", False),
        ("User-agent: *\nDisallow: /*.csv$", "/register.csv?x=1", True),
        ("User-agent: *\nDisallow: /a%20b", "/a b/c", False),
        ("User-agent: *\nDisallow: /page\nAllow: /page", "/page", True),
        ("# words\nSitemap: https://x.example/s.xml\nUSER-AGENT : *\ndisallow : /x # why", "/x", False),
        ("<!doctype html><title>Not found</title><p>Disallow: everything</p>", "/list", True),
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
        ("\ufeffUser-agent: *\r\nDisallow: /x\r\n", "/x", False),
    ],
)
def test_a_path_is_open_or_closed_as_the_file_says(text: str, path: str, *, is_open: bool) -> None:
    assert robots_rules(text.encode()).allow(path) is is_open


def test_a_delay_is_read_and_bounded() -> None:
    assert robots_rules(b"User-agent: *\nCrawl-delay: 30").delay == 30.0
    assert robots_rules(b"User-agent: *\nCrawl-delay: soon").delay is None
    assert robots_rules(b"User-agent: *\nCrawl-delay: 86400").delay == 300.0


def test_a_site_that_shows_no_robots_is_closed_and_one_that_has_none_is_open() -> None:
    assert not CLOSED.allow("/list")
    assert OPEN.allow("/list")


def test_a_hostile_file_is_read_in_bounds() -> None:
    rules = robots_rules(b"User-agent: *\n" + b"Disallow: /" + b"*a" * 900 + b"\n" + b"Disallow: /x\n" * 100_000)
    assert len(rules.rules) == 10_000
    assert rules.allow("/" + "b" * 100_000)


def test_rules_are_kept_for_a_day_and_no_longer() -> None:
    book = RobotsBook()
    assert book.rules("https://x.example", NOW) is None
    book.keep("https://x.example", CLOSED, NOW)
    assert book.rules("https://x.example", NOW + timedelta(hours=23)) is CLOSED
    assert book.rules("https://x.example", NOW + timedelta(hours=24)) is None
