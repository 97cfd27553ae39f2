"""Where promises are kept: tables, migrations and the repositories over them. Rows never leave this room."""

from __future__ import annotations
