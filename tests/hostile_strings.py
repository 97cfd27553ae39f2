"""Strings that have broken other people's software, and as many made of their pieces as are asked for."""

from __future__ import annotations

import random

#: `@` stands for a sign by which a string is known again when it comes back.
_MARKUP = (
    "<script>@</script>",
    "</title><script>@</script>",
    "</textarea><script>@</script>",
    '"><@ onx=1>',
    "'><@>",
    '" on@=alert(1) x="',
    "' on@=alert(1) x='",
    "<img src=x onerror=@>",
    "<svg/onload=@>",
    "javascript:@",
    " JaVaScRiPt:@",
    "data:text/html,<script>@</script>",
    "<!--@",
    "]]><@/>",
    "{{ 7*7 }}@",
    "{% raw %}@",
    "${@}",
    "<a href='javascript:@'>",
)
_REST = (
    "",
    " ",
    "\x00",
    "\x00@",
    "\x1b[31m@",
    "\x7f",
    "\u0085",
    "\u2028@",
    "\u202e\u2066@",
    "\ufeff@",
    "\ufffe",
    "\U000e0001",
    "a\u0301" * 200,
    "\N{SNOWMAN}" * 500,
    "\U0001f469\u200d\U0001f527" * 50,
    "x" * 20_000,
    "9" * 400,
    "-1",
    "1e9999",
    "NaN",
    "Infinity",
    "0x1F",
    "\u0665\u0666",
    "\u00b2",
    "1,2,3",
    "9223372036854775808",
    "2026-02-30",
    "0000-00-00",
    "' OR 1=1; DROP TABLE firm; --@",
    '" OR ""="',
    "%' ESCAPE '!@",
    "NEAR(a b)",
    'title:"@"',
    "C++",
    "school-meals",
    "a AND OR NOT b",
    "NOT NOT NOT @",
    "((((((((((" * 20,
    '"' * 51,
    "*",
    "^@",
    "a*b*c*",
    "../../etc/passwd",
    "..%2f..%2f@",
    "%00%ff",
    "%s%n%d@",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "@SUM(A1)",
    "a\r\nBcc: victim@example.org",
    "a\r\nSet-Cookie: x=@",
    "http://@.example/",
    "//@.example",
    "\\\\@\\share",
    "London; rm -rf /",
    "$(reboot)",
    "`@`",
    "null",
    "undefined",
    "true",
    "[]",
    '{"@": 1}',
    "&amp;@&lt;",
    "&#x3c;script&#x3e;@",
    "E09000012\x00",
    "london,london",
)


def hostile_strings(count: int, *, sign: str) -> list[str]:
    """So many different strings, always the same ones; the plain ones come first."""
    plain = [each.replace("@", sign) for each in (*_MARKUP, *_REST)]
    dice = random.Random(20261123)
    pieces = [*plain, *"<>&'\"()[]{};:,.%\\/=+-\n\t\r", "\u00e9", "\u4e2d", "NOT", "AND", "OR", sign]
    found = dict.fromkeys(plain)
    while len(found) < count:
        found["".join(dice.choices(pieces, k=dice.randint(2, 6)))[:30_000]] = None
    return list(found)[:count]
