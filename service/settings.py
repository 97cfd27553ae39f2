"""Everything an operator can set: BOWBELL_* in the environment or in `.env`, each with its description."""

from __future__ import annotations

import ipaddress
import os
from datetime import datetime
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from service.errors import WrongSettings
from service.ports import Access

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Settings(BaseSettings):
    """The settings of one copy."""

    model_config = SettingsConfigDict(env_prefix="BOWBELL_", env_file=".env", extra="ignore", frozen=True)

    home: Path = Field(Path("var"), description="Folder for the embedded database and the secret key.")
    database_url: str = Field("", description="SQLAlchemy URL; empty: a SQLite file in the home folder.")
    broker_url: str = Field("", description="NATS address for many workers; empty: the database carries the events.")
    smtp_url: str = Field("", description="smtp://user:pass@host:port?starttls=auto; empty: the built-in mailbox.")
    mail_from: str = Field("Bowbell <alerts@localhost.localdomain>", description="Sender of all mail.")
    public_url: str = Field("", description="The address people use; empty: http:// and LISTEN.")
    telegram_token: str = Field("", description="Token of the Telegram bot, from @BotFather; empty: no Telegram.")
    telegram_api_url: str = Field("", description="Another address of Telegram's Bot API; empty: Telegram's own.")
    sources: Annotated[tuple[str, ...], NoDecode] = Field((), description="Keys of the sources to poll; empty: all.")
    contact: str = Field("", description="How source operators can reach you: goes into the User-Agent.")
    operator: str = Field("", description="E-mail address that is told when a source is unwell; empty: only the log.")
    operator_after: int = Field(3, ge=1, description="Bad polls in a row after which the operator is told.")
    check_links: bool = Field(default=True, description="Ask pages of support weekly whether they are there.")
    now: datetime | None = Field(None, description="Start the clock at this moment: for demos and tests.")
    secret_key_file: Path | None = Field(None, description="File with the signing key; made where absent.")
    listen: str = Field("127.0.0.1:8080", description="Host and port to listen on.")
    log_level: str = Field("info", description="debug, info, warning or error.")
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode] = Field(
        (), description="Networks whose X-Forwarded-For is believed, comma separated."
    )
    send_lease: float = Field(
        900.0, gt=0, description="Seconds a worker may hold a message; longer than a mail server may take."
    )
    burst_letters: int = Field(
        8, ge=1, description="Letters of one alert each that a firm gets within the burst window; more is one letter."
    )
    burst_window: float = Field(60.0, gt=0, description="Seconds for which alerts of a burst are gathered.")
    poll_every: float = Field(0.0, ge=0, description="Seconds between two polls of a source; 0: as its card says.")
    poll_lease: float = Field(
        60.0, gt=0, description="Seconds after which another worker takes over the polling of a lost one."
    )
    trade_model: Path | None = Field(
        None, description="Folder of a trade model made by `bowbell train`; empty: the one that is shipped."
    )
    inbound_address: str = Field(
        "",
        description="Address of ours that takes mail in; answers and returned mail go there. Empty: none is taken in.",
    )
    inbound_lmtp: str = Field("", description="Host and port for LMTP; a port alone is on loopback. Empty: off.")
    inbound_maildir: Path | None = Field(None, description="Maildir that mail is taken from; empty: off.")
    inbound_trusted: str = Field(
        "", description="Name of your mail server in Authentication-Results (its authserv-id), to be believed."
    )
    inbound_most_bytes: int = Field(262_144, ge=4096, description="Bytes of the largest mail that is taken in.")
    inbound_an_hour: int = Field(10, ge=1, description="Mails of one sender that are dealt with in an hour.")
    keep_notices_days: int = Field(730, ge=1, description="Days to keep raw notices of procurements that are over.")

    @field_validator("sources", mode="before")
    @classmethod
    def _keys(cls, said: object) -> object:
        return tuple(part.strip() for part in said.split(",") if part.strip()) if isinstance(said, str) else said

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _networks(cls, said: object) -> object:
        if not isinstance(said, str):
            return said
        return tuple(ipaddress.ip_network(part.strip(), strict=False) for part in said.split(",") if part.strip())

    @field_validator("operator", "inbound_address")
    @classmethod
    def _address(cls, said: str) -> str:
        if said and parseaddr(said)[1] != said:
            msg = "give one plain e-mail address, like sources@example.org"
            raise ValueError(msg)
        return said

    @field_validator("now")
    @classmethod
    def _aware(cls, said: datetime | None) -> datetime | None:
        if said is not None and said.tzinfo is None:
            msg = "give an offset, like 2026-11-23T12:00:00+00:00"
            raise ValueError(msg)
        return said

    @property
    def listen_at(self) -> tuple[str, int]:
        """Host and port of LISTEN. Raises WrongSettings."""
        host, _, port = self.listen.rpartition(":")
        if not host or not port.isdigit():
            raise WrongSettings(f"BOWBELL_LISTEN must be host:port, not {self.listen!r}.")
        return host.strip("[]"), int(port)

    @property
    def lmtp_at(self) -> tuple[str, int] | None:
        """Host and port of INBOUND_LMTP; None where it is off. Raises WrongSettings."""
        if not self.inbound_lmtp:
            return None
        host, _, port = self.inbound_lmtp.rpartition(":")
        if not port.isdigit():
            raise WrongSettings(f"BOWBELL_INBOUND_LMTP must be a port or host:port, not {self.inbound_lmtp!r}.")
        return host.strip("[]") or "127.0.0.1", int(port)

    @property
    def public_address(self) -> str:
        """PUBLIC_URL without a slash at the end, or the address of LISTEN."""
        return (self.public_url or f"http://{self.listen}").rstrip("/")

    @property
    def database(self) -> str:
        """The SQLAlchemy URL with its asynchronous driver named."""
        url = self.database_url or f"sqlite+aiosqlite:///{(self.home / 'bowbell.db').absolute()}"
        for plain, driven in (
            ("sqlite://", "sqlite+aiosqlite://"),
            ("postgresql://", "postgresql+asyncpg://"),
            ("postgres://", "postgresql+asyncpg://"),
        ):
            if url.startswith(plain):
                return driven + url.removeprefix(plain)
        return url

    @property
    def files_path(self) -> Path:
        """The folder of what people attach."""
        return self.home / "files"

    @property
    def secret_key_path(self) -> Path:
        """Where the signing key lies."""
        return self.secret_key_file or self.home / "secret.key"

    def access_to(self, key: str) -> Access:
        """How to reach a source: BOWBELL_SOURCE_<KEY>_URL and _PACE. Raises WrongSettings."""
        stated = {**dotenv_values(".env"), **os.environ}
        base = (stated.get(f"BOWBELL_SOURCE_{key.upper()}_URL") or "").rstrip("/")
        said = stated.get(f"BOWBELL_SOURCE_{key.upper()}_PACE") or ""
        try:
            pace = float(said) if said else None
        except ValueError:
            raise WrongSettings(f"BOWBELL_SOURCE_{key.upper()}_PACE must be seconds, not {said!r}.") from None
        return Access(base_url=base or None, pace=pace, allow_loopback=bool(base) and is_loopback(base))


def is_loopback(url: str) -> bool:
    """Tell whether an address plainly names this machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
