"""Mail under TLS: STARTTLS and smtps against a real server, with a certificate made for the test alone."""

from __future__ import annotations

import asyncio
import shutil
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from notifiers.email import EmailChannel, Patience
from service.errors import TryLater
from tests.contract.test_email_channel import ALERT, LIST_ID, SENDER, StillClock

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl here to make a certificate with")
UNHURRIED = Patience(connect=10, command=10, data=10)


class Postbox:
    """Keeps letters, each with whether it came under TLS."""

    def __init__(self) -> None:
        self.under_tls: list[bool] = []

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,
        session: Session,  # noqa: ARG002 - aiosmtpd gives it
        envelope: Envelope,  # noqa: ARG002 - aiosmtpd gives it
    ) -> str:
        """Note how it came, then say yes."""
        self.under_tls.append(server.transport is not None and server.transport.get_extra_info("cipher") is not None)
        return "250 Taken"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of this machine and its key."""
    return _made(tmp_path_factory.mktemp("own"), name="IP:127.0.0.1")


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of another machine and its key."""
    return _made(tmp_path_factory.mktemp("strange"), name="DNS:mail.sample.example")


def _made(folder: Path, *, name: str) -> tuple[Path, Path]:
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-days", "2", "-subj", "/CN=sample", "-addext", f"subjectAltName={name}"]
    subprocess.run(  # noqa: S603 - our own words
        [*command, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True, timeout=60
    )
    return certificate, key


@asynccontextmanager
async def a_server(
    identity: tuple[Path, Path] | None, *, from_the_start: bool = False
) -> AsyncIterator[tuple[Postbox, int]]:
    """A real server that offers STARTTLS, speaks TLS from the start, or, without an identity, neither."""
    box, context = Postbox(), None
    if identity is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*identity)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    if from_the_start:
        controller = Controller(box, hostname="127.0.0.1", port=port, ssl_context=context)
    else:
        controller = Controller(box, hostname="127.0.0.1", port=port, tls_context=context)
    await asyncio.to_thread(controller.start)
    try:
        yield box, port
    finally:
        await asyncio.to_thread(controller.stop)


async def deliver(address: str) -> None:
    """Hand over one letter."""
    channel = EmailChannel(address, sender=SENDER, list_id=LIST_ID, clock=StillClock(), patience=UNHURRIED)
    try:
        await channel.deliver(ALERT)
    finally:
        await channel.close()


@pytest.mark.parametrize("how", ["always", "auto"])
async def test_starttls_is_used_where_it_is_offered(
    how: str, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    async with a_server(certificate) as (box, port):
        await deliver(f"smtp://127.0.0.1:{port}?starttls={how}")
    assert box.under_tls == [True]


async def test_smtps_speaks_tls_from_the_start(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    async with a_server(certificate, from_the_start=True) as (box, port):
        await deliver(f"smtps://127.0.0.1:{port}")
    assert box.under_tls == [True]


async def test_a_server_without_starttls_gets_nothing_where_it_is_asked_for() -> None:
    async with a_server(None) as (box, port):
        with pytest.raises(TryLater):
            await deliver(f"smtp://127.0.0.1:{port}?starttls=always")
    assert box.under_tls == []


@pytest.mark.parametrize("from_the_start", [False, True])
async def test_a_certificate_nobody_vouches_for_is_not_believed(
    certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, *, from_the_start: bool
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    async with a_server(certificate, from_the_start=from_the_start) as (box, port):
        with pytest.raises(TryLater):
            await deliver(f"smtps://127.0.0.1:{port}" if from_the_start else f"smtp://127.0.0.1:{port}?starttls=always")
    assert box.under_tls == []


async def test_a_certificate_of_another_name_is_not_believed(
    strange: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(strange[0]))
    async with a_server(strange) as (box, port):
        with pytest.raises(TryLater):
            await deliver(f"smtp://127.0.0.1:{port}?starttls=always")
    assert box.under_tls == []
