"""Signed links: who holds one may act for a firm, without an account or a password.

A token carries the firm's number and the random secret stored with the firm. A new secret makes every older link void.
Each purpose is signed apart, so that a link to stop can never be turned into one that confirms.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal, get_args

from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer

from service.domain.message import Links as FirmLinks
from service.errors import BadToken, WrongSettings

Purpose = Literal["confirm", "manage", "unsubscribe", "help", "helped"]

#: Hours a confirming link works.
CONFIRM_HOURS = 48
#: Longer is no token of ours.
_LONGEST_TOKEN = 512
_SHORTEST_KEY = 32


class _Signer(TimestampSigner):
    """Signs with the time of a clock that tests can turn."""

    def __init__(self, secret_key: str | bytes, *, now: Callable[[], float] = time.time, salt: bytes) -> None:
        super().__init__(secret_key, salt=salt)
        self._now = now

    def get_timestamp(self) -> int:
        """Seconds since 1970."""
        return int(self._now())


class Links:
    """Makes and reads the links of this copy."""

    def __init__(self, key: str, public_url: str, *, now: Callable[[], float] = time.time) -> None:
        self.public_url = public_url.rstrip("/")
        self._key = key.encode()
        self._by_purpose = {
            purpose: URLSafeTimedSerializer(key, salt=f"bowbell.{purpose}", signer=_Signer, signer_kwargs={"now": now})
            for purpose in get_args(Purpose)
        }

    def confirm_token(self, firm: int, secret: str) -> str:
        """Stands for a sign-up; works for CONFIRM_HOURS."""
        return self._token("confirm", firm, secret)

    def manage_token(self, firm: int, secret: str) -> str:
        """Stands for a firm that changes, pauses or stops; never runs out."""
        return self._token("manage", firm, secret)

    def unsubscribe_token(self, firm: int, secret: str, target: int = 0) -> str:
        """Stands for a firm that stops, or one of its destinations where it has several; never runs out."""
        return self._token("unsubscribe", firm, secret, target)

    def browser_mark(self, secret: str) -> str:
        """What the browser keeps that signed a firm up: it tells nobody anything, and only that browser has it."""
        return hmac.new(self._key, f"browser:{secret}".encode(), hashlib.sha256).hexdigest()

    def confirm_url(self, firm: int, secret: str) -> str:
        """The address of the page that confirms."""
        return f"{self.public_url}/confirm/{self.confirm_token(firm, secret)}"

    def help_url(self, request: int, secret: str) -> str:
        """The address where an organisation answers a help request; void once somebody else has it."""
        return f"{self.public_url}/help/{self._token('help', request, secret)}"

    def helped_url(self, request: int, secret: str) -> str:
        """The address where whoever asked says whether it helped."""
        return f"{self.public_url}/helped/{self._token('helped', request, secret)}"

    def for_firm(self, firm: int, secret: str, target: int = 0) -> FirmLinks:
        """The links every message carries. `target`: the destination it goes to, which its stop link is about."""
        return FirmLinks(
            manage=f"{self.public_url}/manage/{self.manage_token(firm, secret)}",
            unsubscribe=f"{self.public_url}/unsubscribe/{self.unsubscribe_token(firm, secret, target)}",
        )

    def read(self, token: str, purposes: tuple[Purpose, ...]) -> tuple[int, str, int]:
        """The firm, secret and destination (0: none named) of a token made for one of the purposes.

        Whoever asks compares the secret.

        Raises:
            BadToken: It is none of ours, for another purpose, or has run out.
        """
        if len(token) > _LONGEST_TOKEN:
            raise BadToken
        for purpose in purposes:
            most = CONFIRM_HOURS * 3600 if purpose == "confirm" else None
            try:
                said = self._by_purpose[purpose].loads(token, max_age=most)
            except (BadData, ValueError):
                continue
            match said:
                case [int(firm), str(secret)]:
                    return firm, secret, 0
                case [int(firm), str(secret), int(target)]:
                    return firm, secret, target
        raise BadToken

    def _token(self, purpose: Purpose, firm: int, secret: str, target: int = 0) -> str:
        said = [firm, secret, target] if target else [firm, secret]
        return str(self._by_purpose[purpose].dumps(said))


def load_key(path: Path) -> str:
    """The key that signs links, made on first use and readable by its owner alone.

    Two processes that start at once get the same key: the file appears whole, and only once.

    Raises:
        WrongSettings: The file holds no key.
        OSError: It cannot be read or made.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass  # another process was first: its key is the key
        finally:
            fresh.unlink()
    key = path.read_text(encoding="ascii").strip()
    if len(key) < _SHORTEST_KEY:
        raise WrongSettings(f"{path.name} holds no key. Take it away to get a new one; links sent so far become void.")
    return key
