"""The address of a mail server, as an operator writes it in one line."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Literal, cast, get_args
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from service.errors import WrongSettings

StartTls = Literal["auto", "never", "always"]

_FORM = "Write BOWBELL_SMTP_URL as smtp://user:password@host:port?starttls=auto (or never, always), or as smtps://..."


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """How to reach a mail server. The password is never shown."""

    host: str
    port: int
    #: None: no sign-in.
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    #: Encrypted from the first byte (smtps).
    tls: bool = False
    #: Whether to switch to encryption after the greeting: where offered, never, or always.
    starttls: StartTls = "auto"


def smtp_settings(url: str) -> SmtpSettings:
    """Read the address of a mail server.

    With a password, "auto" means "always" unless the server is this machine: a stranger on the way could otherwise
    hide the offer of encryption and read the password.

    Raises:
        WrongSettings: it cannot be read; the sentence says how to write it and never repeats the password.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise WrongSettings(f"The port of the mail server is not a number from 1 to 65535. {_FORM}") from None
    if parts.scheme not in {"smtp", "smtps"}:
        raise WrongSettings(f"The mail server's address must begin with smtp:// or smtps://. {_FORM}")
    if not parts.hostname or parts.path not in {"", "/"} or parts.fragment:
        raise WrongSettings(
            f"The mail server's address needs a host and nothing after it but ?starttls. "
            f"Write / ? # @ in a password as %2F %3F %23 %40. {_FORM}"
        )
    if port == 0:
        raise WrongSettings(f"The port of the mail server is not a number from 1 to 65535. {_FORM}")
    if (parts.username is None) != (parts.password is None) or parts.username == "":
        raise WrongSettings(f"The mail server needs both a user and a password, or neither. {_FORM}")
    tls = parts.scheme == "smtps"
    starttls = _starttls(parts)
    if tls and starttls == "always":
        raise WrongSettings("smtps:// is encrypted from the start: leave starttls out, or write smtp://.")
    if parts.password is not None and starttls == "auto" and not _is_this_machine(parts.hostname):
        starttls = "always"
    return SmtpSettings(
        host=parts.hostname,
        port=port or (465 if tls else 587 if starttls == "always" else 25),
        user=None if parts.username is None else unquote(parts.username),
        password=None if parts.password is None else unquote(parts.password),
        tls=tls,
        starttls="never" if tls else starttls,
    )


def _starttls(parts: SplitResult) -> StartTls:
    asked = dict(parse_qsl(parts.query, keep_blank_values=True))
    said = asked.pop("starttls", "auto").lower()
    if asked:
        raise WrongSettings(f"The only thing to add after ? is starttls. {_FORM}")
    if said not in get_args(StartTls):
        raise WrongSettings(f"starttls must be auto, never or always. {_FORM}")
    return cast("StartTls", said)


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
