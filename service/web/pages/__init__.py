"""One file per page or small group of pages. A page asks the read port, makes words and renders; it decides nothing."""

from __future__ import annotations
