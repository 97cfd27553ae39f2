"""Papers that go with a posting: what may be attached, told by what a file holds and never by its name.

Whatever can run is refused: programs, scripts, documents with macros or scripts in them, and archives that would burst.
A file is never unpacked here: of an office document only its table of contents and one short list in it are read.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import datetime

#: Bytes of one file, and files of one posting.
SIZE_CAP, FILES_CAP = 10 * 1024 * 1024, 10
#: Parts of an office document, bytes of all of them unpacked, and how many times smaller they may be packed.
_PARTS_CAP, _UNPACKED_CAP, _PACKED_CAP = 2_000, 100 * 1024 * 1024, 200
#: Below this many bytes nothing can burst, however tightly it is packed.
_SMALL = 1024 * 1024
_LIST_CAP = 1024 * 1024
_NAME_CAP = 120

PDF = "application/pdf"
PNG, JPEG = "image/png", "image/jpeg"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
#: What may be attached, with the end of its name.
ENDINGS = {PDF: "pdf", PNG: "png", JPEG: "jpg", DOCX: "docx", XLSX: "xlsx", ODT: "odt", ODS: "ods"}
ALLOWED = "PDF, Word (.docx), Excel (.xlsx), OpenDocument (.odt, .ods), PNG or JPEG"

_PROGRAM = "That is a program or a script. Attach a document or an image"
_MACROS = "That document holds macros, which can do harm on other people's machines. Save it without, or as PDF"
_OLD = "That is an older Office file, which can hold macros. Save it as .docx or .xlsx, or as PDF"
_BURSTS = "That file would become far larger when opened. Attach an ordinary document"
_SCRIPTED = "That PDF holds a script or starts something. Print it to a new PDF and attach that"
_UNKNOWN = f"That is not a kind of file we pass on. Attach {ALLOWED}"
_BROKEN = "That document is damaged. Open it, save it again and attach that"

#: In a PDF, names of what acts by itself; a name may be written with #xx for any letter.
_ACTS = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFile|OpenAction\s*<<[^>]*/S\s*/(?:JavaScript|Launch))\b")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_MARKS = {b"%PDF-": PDF, b"\x89PNG\r\n\x1a\n": PNG, b"\xff\xd8\xff": JPEG}
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa")
_OLE = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)
_REFUSED = ((_PROGRAMS, _PROGRAM), (_OLE, _OLD))


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingFile:
    """A paper that was taken in."""

    identity: str
    posting: str
    #: As firms see it; it ends as its kind does.
    name: str
    kind: str
    #: Bytes.
    size: int
    #: SHA-256 of it, in hexadecimal.
    sha: str
    at: datetime


def kind_of(body: bytes) -> tuple[str, str]:
    """The media type of a file that may be attached and "", or "" and why not, in a sentence."""
    if not body:
        return "", "That file is empty"
    if len(body) > SIZE_CAP:
        return "", f"That file is larger than {SIZE_CAP // 1024 // 1024} MB. Attach a smaller one, or link to it"
    if refused := next((why for marks, why in _REFUSED if body.startswith(marks)), ""):
        return "", refused
    if body.startswith(b"PK"):
        return _office(body)
    kind = next((kind for mark, kind in _MARKS.items() if body.startswith(mark)), "")
    if kind == PDF and _ACTS.search(_ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), body)):
        return "", _SCRIPTED
    return (kind, "") if kind else ("", _UNKNOWN)


def name_for(said: str, kind: str) -> str:
    """A name that is safe to show and to save under: one line, no path, the end that belongs to its kind."""
    plain = "".join(each if each.isprintable() and each not in '<>:"|?*' else " " for each in said)
    stem = re.split(r"[\\/]", plain)[-1]
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", stem).strip(" .")
    return f"{' '.join(stem.split())[:_NAME_CAP] or 'document'}.{ENDINGS[kind]}"


def _office(body: bytes) -> tuple[str, str]:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as opened:
            parts = opened.infolist()
            if len(parts) > _PARTS_CAP or sum(each.file_size for each in parts) > _UNPACKED_CAP or _bursts(parts):
                return "", _BURSTS
            names = {each.filename for each in parts}
            return _opendocument(opened, names) if "mimetype" in names else _openxml(opened, names)
    except (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError, EOFError, OSError, ValueError):
        return "", _BROKEN


def _bursts(parts: list[zipfile.ZipInfo]) -> bool:
    return any(
        each.file_size > _SMALL and each.file_size > _PACKED_CAP * max(1, each.compress_size) for each in parts
    ) or any(each.filename.lower().endswith((".zip", ".7z", ".rar", ".gz")) for each in parts)


def _openxml(opened: zipfile.ZipFile, names: set[str]) -> tuple[str, str]:
    if "[Content_Types].xml" not in names:
        return "", _UNKNOWN
    listed = _start_of(opened, "[Content_Types].xml").lower()
    lowered = {name.lower() for name in names}
    if b"macroenabled" in listed or b"vbaproject" in listed or any("vbaproject" in name for name in lowered):
        return "", _MACROS
    if any("activex" in name or "/embeddings/" in name or "xl/macrosheets" in name for name in lowered):
        return "", _MACROS
    if "word/document.xml" in names:
        return DOCX, ""
    return (XLSX, "") if "xl/workbook.xml" in names else ("", _UNKNOWN)


def _opendocument(opened: zipfile.ZipFile, names: set[str]) -> tuple[str, str]:
    if any(name.startswith(("Basic/", "Scripts/", "Object ")) for name in names):
        return "", _MACROS
    said = _start_of(opened, "mimetype").decode("ascii", "replace").strip()
    return (said, "") if said in {ODT, ODS} else ("", _UNKNOWN)


def _start_of(opened: zipfile.ZipFile, name: str) -> bytes:
    """The beginning of a part: no more is ever unpacked, whatever the archive says of its size."""
    with opened.open(name) as part:
        return part.read(_LIST_CAP)
