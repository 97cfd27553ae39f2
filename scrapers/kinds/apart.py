"""Reads a stranger's page in a process of its own, with limits on time and memory.

An HTML page of one megabyte of nested tags keeps the best of parsers busy for minutes, and a parser in C holds the
interpreter all that while: every other source, the web pages and the alerts would stand still. Measured: 200,000 nested
`<div>` take selectolax 1.0 over two minutes. Here such a page costs its own source one poll and nobody else anything.
The process gets no environment, so no secret of ours is in reach of a page that breaks a parser.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys

from scrapers.kinds.sheet import Selection, Sheet, packed_selection, unpacked_selection, unpacked_sheet
from service.errors import UnreadableBody

#: Seconds a page may take to read; the longest honest one seen takes a tenth of one.
SECONDS = 20
#: Bytes of memory the reading process may ask for.
MEMORY = 512 * 1024 * 1024


def read_here(body: bytes, selection: Selection, *, url: str) -> Sheet:
    """Cut up a body in this process: for pages we wrote ourselves."""
    # Each is loaded only where its kind is read.
    if selection.kind == "html_list":
        from scrapers.kinds.html_list import sheet_of  # noqa: PLC0415
    elif selection.kind == "csv_file":
        from scrapers.kinds.csv_file import sheet_of  # noqa: PLC0415
    elif selection.kind == "json_api":
        from scrapers.kinds.json_api import sheet_of  # noqa: PLC0415
    else:
        from scrapers.kinds.feed import sheet_of  # noqa: PLC0415
    return sheet_of(body, selection, url=url)


def read_apart(body: bytes, selection: Selection, *, url: str) -> Sheet:
    """Cut up a body in a process of its own; blocks until it is done. Raises UnreadableBody where it does not end."""
    head = packed_selection(selection) + b"\n" + url.encode("utf-8", "replace").replace(b"\n", b"") + b"\n"
    try:
        done = subprocess.run(
            [sys.executable, "-m", "scrapers.kinds.apart"],
            input=head + body,
            capture_output=True,
            timeout=SECONDS,
            env={"PYTHONUTF8": "1", "PYTHONPATH": _ROOT},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UnreadableBody(f"It takes longer than {SECONDS} seconds to read, as no honest page does.") from None
    if done.returncode != 0:
        raise UnreadableBody(f"It is built so that reading it fails or takes more than {MEMORY >> 20} MB of memory.")
    return unpacked_sheet(done.stdout)


#: Where the packages lie, so that the process finds them without being installed or standing in a certain folder.
_ROOT = __file__.rpartition("/scrapers/")[0]


def _limit_ourselves() -> None:
    """Set the limits; systems without them have the time limit of the caller alone."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - not on every system

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Read a selection, an address and a body from standard input; write the sheet to standard output."""
    _limit_ourselves()
    selection = unpacked_selection(sys.stdin.buffer.readline())
    url = sys.stdin.buffer.readline().decode("utf-8", "replace").strip()
    sys.stdout.buffer.write(read_here(sys.stdin.buffer.read(), selection, url=url).packed())


if __name__ == "__main__":
    main()
