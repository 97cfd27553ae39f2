"""Secrets for cookies and links: made at random, given out once, kept as hashes only."""

from __future__ import annotations

import hashlib
import secrets

#: Bytes of randomness, and the longest text that could be one of ours.
_BYTES = 32
LONGEST = 64


def fresh_token() -> str:
    """A new secret, safe in an address and in a cookie."""
    return secrets.token_urlsafe(_BYTES)


def hashed(token: str) -> str:
    """What is kept of a secret. It is random and long, so a plain hash is enough."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def fresh_number() -> str:
    """Four digits that a person compares or types over."""
    return f"{secrets.randbelow(10_000):04d}"
