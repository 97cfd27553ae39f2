"""Bodies as the services send them, split into notices: strict first, then the few repairs that are known to be needed.

Find a Tender has sent `1e9999` for "no upper limit" and `20 000,` for a sum, neither of which is a JSON number (both
noted by Open Contracting's own collector, one in a recorded page). Contracts Finder mixes Latin-1 bytes into UTF-8.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import orjson

from scrapers.kinds import ocds
from scrapers.kinds.ocds import Json
from service.domain.notice import Notice, SetAside
from service.domain.opportunity import Reading
from service.errors import UnreadableBody, UnreadableField

FORM = "ocds-release"
#: Levels a release may be nested; the deepest recorded one has eight.
DEEPEST = 32
#: A whole string (left alone), a sum with blanks for thousands, or a number too large to hold: one with an exponent of
#: three digits and more, or the word that collectors write for it when they store what they read.
#: A string that never ends is taken whole and repetitions are bounded, so that no body takes more than linear time.
_REPAIRS = re.compile(
    rb'"(?:[^"\\]|\\.)*+"?'
    rb"|(?P<blank>(?<![\d.])\d{1,3}(?: 000){1,4}(?=\s{0,9}[,}\]]))"
    rb"|(?P<endless>(?<![\d.])-?\d++(?:\.\d++)?[eE]\+?\d{3,}|-?Infinity\b|NaN\b)",
    re.DOTALL,
)
_LATIN = re.compile(r"[\udc80-\udcff]")


def is_json(payload: bytes) -> bool:
    """Whether a file looks like JSON, with or without a byte order mark."""
    return payload.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["}


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One body, opened: its rows as they came and the address of what follows it."""

    rows: tuple[object, ...]
    following: str | None
    uri: str = ""


def opened(body: bytes, *, source: str) -> object:
    """Return the JSON of a body. `source` is the name to give in errors. Raises UnreadableBody."""
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise UnreadableBody(f"{source}: the body is empty.")
    if start.startswith(b"<"):
        raise UnreadableBody(f"{source}: the body is a web page or XML, not JSON.")
    try:
        return orjson.loads(start)
    except orjson.JSONDecodeError:
        pass
    try:
        return orjson.loads(_REPAIRS.sub(_mended, _as_utf8(start)))
    except orjson.JSONDecodeError as trouble:
        raise UnreadableBody(f"{source}: the body is not whole JSON ({trouble}).") from None


def page_of(body: bytes, *, source: str) -> Package:
    """Return one page of a list: a release package. Raises UnreadableBody."""
    found = opened(body, source=source)
    releases = found.get("releases") if isinstance(found, dict) else None
    if not isinstance(found, dict) or not isinstance(releases, list):
        raise UnreadableBody(f"{source}: the field releases is missing or is not a list.")
    links = found.get("links")
    if links is not None and not isinstance(links, dict):
        raise UnreadableBody(f"{source}: the field links is not an object.")
    following = (links or {}).get("next")
    if following is not None and not isinstance(following, str):
        raise UnreadableBody(f"{source}: the field links.next is not an address.")
    return Package(rows=tuple(releases), following=following or None, uri=ocds.text(found, "uri"))


def packages_in(payload: bytes, *, source: str) -> Iterator[Package]:
    """Return what a file holds: release packages, record packages, single releases, or lists of these.

    Raises UnreadableBody.
    """
    found = opened(payload, source=source)
    any_found = False
    for row in found if isinstance(found, list) else [found]:
        any_found = True
        if not isinstance(row, dict):
            yield Package(rows=(row,), following=None)
        elif isinstance(row.get("releases"), list):
            yield Package(rows=tuple(row["releases"]), following=None, uri=ocds.text(row, "uri"))
        elif isinstance(row.get("records"), list):
            releases = tuple(release for record in row["records"] for release in ocds.rows(record, "releases"))
            yield Package(rows=releases, following=None)
        elif "ocid" in row or "tender" in row:
            yield Package(rows=(row,), following=None)
        else:
            raise UnreadableBody(f"{source}: there is neither a release nor a package of releases.")
    if not any_found:
        raise UnreadableBody(f"{source}: the list is empty.")


def notices_of(
    package: Package, *, key: str, source: str, seen: datetime, name: Callable[[Json, str], str] | None = None
) -> Iterable[Notice | SetAside]:
    """Split a package into notices.

    Args:
        package: what came.
        key: the source's key.
        source: its name, for reasons.
        seen: when it came.
        name: returns the id of a release from the release and the package's address; None: the release's own id.
    """
    for position, row in enumerate(package.rows, start=1):
        yield _notice(row, position, package=package, key=key, source=source, seen=seen, name=name)


def reading_of(
    notice: Notice, *, key: str, source: str, reading: Callable[[Json], Reading | SetAside]
) -> Reading | SetAside:
    """Open one notice and map its release; what cannot be read is set aside with the field that is to blame."""
    try:
        release = orjson.loads(notice.body)
        if not isinstance(release, dict) or notice.form != FORM:
            return aside(notice, f"the form {notice.form} is not of this source.", key=key, source=source)
        return reading(release)
    except UnreadableField as trouble:
        return aside(notice, str(trouble), key=key, source=source)
    except orjson.JSONDecodeError:
        return aside(notice, "the notice is not JSON.", key=key, source=source)


def aside(notice: Notice, reason: str, *, key: str, source: str) -> SetAside:
    """A notice that is set aside. `source` is the name to give in the reason."""
    return SetAside(source=key, source_id=notice.source_id, reason=f"{source}: {reason}")


def _notice(
    row: object,
    position: int,
    *,
    package: Package,
    key: str,
    source: str,
    seen: datetime,
    name: Callable[[Json, str], str] | None,
) -> Notice | SetAside:
    if not isinstance(row, dict):
        return SetAside(
            source=key, source_id=unnamed(row), reason=f"{source}: releases, row {position}: it is not an object."
        )
    if deeper_than(row, DEEPEST):
        said = row.get("id")
        shown = said if isinstance(said, str) and said else f"row-{position}"
        return SetAside(
            source=key, source_id=shown, reason=f"{source}: the release is nested more than {DEEPEST} levels deep."
        )
    try:
        identity = ocds.required(row, "id", field="id")
    except UnreadableField as trouble:
        return SetAside(source=key, source_id=unnamed(row), reason=f"{source}: {trouble}")
    try:
        published = ocds.release_date(row)
    except UnreadableField:
        published = None
    return Notice(
        source=key,
        source_id=name(row, package.uri) if name else identity,
        published=published,
        seen=seen,
        body=orjson.dumps(row, option=orjson.OPT_SORT_KEYS),
        form=FORM,
    )


def unnamed(row: object) -> str:
    """Return a name for something without one, the same for the same content."""
    try:
        content = orjson.dumps(row, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:
        content = b"nested beyond telling"
    return f"unnamed-{hashlib.sha256(content).hexdigest()[:16]}"


def deeper_than(row: object, levels: int) -> bool:
    """Tell whether a value is nested deeper than so many levels; never recurses."""
    layer = [row]
    for _ in range(levels):
        inner: list[object] = []
        for value in layer:
            children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
            inner += [child for child in children if isinstance(child, dict | list)]
        if not inner:
            return False
        layer = inner
    return True


def _mended(found: re.Match[bytes]) -> bytes:
    if found["blank"]:
        return found["blank"].replace(b" ", b"")
    return b"null" if found["endless"] else found.group()


def _as_utf8(body: bytes) -> bytes:
    """Return the body as UTF-8: bytes that are not become the characters they are in Windows-1252 or Latin-1."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        text = body.decode("utf-8", "surrogateescape")
        return _LATIN.sub(_latin, text).encode("utf-8", "replace")
    return body


def _latin(found: re.Match[str]) -> str:
    raw = bytes([ord(found.group()) - 0xDC00])
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
