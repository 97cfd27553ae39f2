"""The skeleton of a source file, one for each kind, with what to fill in."""

from __future__ import annotations

import json

_HEAD = """\
# {name}.
#
# Evidence: FILL IN where the address and the structure of the list were seen, and when.
key = {key}
kind = {kind}

[card]
name = {name_quoted}
home = {base}
licence = "FILL IN: as the site states, or: Not stated: terms to be read by an operator"
attribution = "FILL IN: Listed by ... on its own site."
rhythm = "once a day"
every = 86_400
# It is not asked before an operator has read robots.txt and terms: bowbell source permit {key_plain} ...
permission = "needs_permission"
authorities = [{authorities}]
# Working days without a new row after which something is wrong.
silence = 20
caveats = []

[request]
base = {base}
path = {path}
pace = 20

"""

_ROWS = {
    "html_list": """\
[rows]
# A CSS selector of the rows, and one of the headings of their columns.
select = "main table tbody tr"
headings = "main table thead th"
# The words by which the page says that there is nothing at present.
empty = ["no current opportunities"]
# The fields that together name a row for ever.
identity = "url"

[fields.title]
column = "Title"        # FILL IN: the heading of its column (or: select = "CSS selector inside the row")
select = "a"
required = true

[fields.url]
column = "Title"
select = "a"
take = "href"
required = true

[fields.deadline]
column = "Closing date" # FILL IN
dates = ["%d/%m/%Y %H:%M", "%d/%m/%Y"]
required = true

""",
    "csv_file": """\
[rows]
identity = "reference"

[fields.reference]
column = "Reference"    # FILL IN: the heading of its column
pattern = '[A-Za-z0-9/_-]{2,40}'
required = true

[fields.title]
column = "Title"        # FILL IN
required = true

[fields.deadline]
column = "Closing date" # FILL IN
dates = ["%d/%m/%Y %H:%M", "%d/%m/%Y"]
required = true

""",
    "json_api": """\
[rows]
path = "items"          # FILL IN: the names from the top to the list, joined by dots
identity = "reference"

[fields.reference]
path = "id"             # FILL IN: the names from the row inwards
required = true

[fields.title]
path = "title"          # FILL IN
required = true

[fields.deadline]
path = "closes"         # FILL IN
dates = ["iso"]
required = true

""",
    "feed": """\
[rows]
identity = "url"

[fields.title]
entry = "title"
required = true

[fields.url]
entry = "link"
required = true

[fields.description]
entry = "summary"

[fields.published]
entry = "published"
dates = "iso"
required = true

# A deadline in the running text can be found by a regular expression:
# [fields.deadline]
# entry = "summary"
# find = 'Deadline: (\\d{2}/\\d{2}/\\d{4})'
# dates = "%d/%m/%Y"

""",
}

_MEANS = """\
[means]
stage = "tender"        # or planning, pipeline, award, contract
buyer = "FILL IN: who buys, if the list does not name the buyer (then use fields.buyer)"
"""


def skeleton(*, key: str, name: str, kind: str, base: str, path: str, authority: str) -> str:
    """Return the text of a new source file; it can be read as it is, and says what to fill in."""
    head = _HEAD.format(
        key=_quoted(key),
        key_plain=key,
        kind=_quoted(kind),
        name=" ".join(name.split()),
        name_quoted=_quoted(name),
        base=_quoted(base),
        path=_quoted(path),
        authorities=_quoted(authority) if authority else "",
    )
    return head + _ROWS[kind] + _MEANS


def _quoted(said: str) -> str:
    """Return a text as TOML writes it: its basic strings are JSON's."""
    return json.dumps(said, ensure_ascii=False)
