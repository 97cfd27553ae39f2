"""What each command does; `service.cli` only says how it is called, so that `--help` loads nothing heavy."""

from __future__ import annotations
