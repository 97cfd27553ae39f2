"""The polite client never calls into a private network, however the address is spelt or whoever sends it there.

The public internet is played by 127.0.0.2: there is no other way to have one without a network.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from service.errors import FarSideDown, PrivateAddress
from service.http import NotAWebAddress, guard
from service.ports import HttpPolicy
from tests.http_world import AT_HOME, a_client, a_site, in_turn

STRICT = HttpPolicy(retries=0)
PUBLIC_HOST = "127.0.0.2"


@pytest.fixture
def public_internet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take 127.0.0.2 for a public address and any port for a web port; everything else of the guard is as it is."""
    monkeypatch.setattr(guard, "is_public", lambda address: str(address) == PUBLIC_HOST)
    monkeypatch.setattr(guard, "WEB_PORTS", range(65536))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://0x7f.1/",
        "http://2130706433/",
        "http://0/",
        "http://[::1]/",
        "http://[::]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://localhost/",
        "https://LOCALHOST/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://192.168.0.1:443/",
        "http://100.64.0.1/",
        "http://224.0.0.1/",
        "http://[fe80::1]/",
        "http://[fc00::1]/",
    ],
)
async def test_private_addresses_are_refused_in_every_spelling(url: str) -> None:
    async with a_client() as http:
        with pytest.raises(PrivateAddress):
            await http.get(url, policy=STRICT)


async def test_the_refusal_is_made_before_a_single_byte_is_sent(public_internet: None) -> None:
    seen, answer = in_turn(web.Response(body=b"secret"))
    async with a_site(answer) as url, a_client(names={"inside.example": ["127.0.0.1"]}) as http:
        port = url.rsplit(":", 1)[1]
        for spelling in ("127.0.0.1", "[::ffff:127.0.0.1]", "inside.example"):
            with pytest.raises(PrivateAddress):
                await http.get(f"http://{spelling}:{port}", policy=STRICT)
        assert seen == []
        assert (await http.get(url, policy=AT_HOME)).body == b"secret"


async def test_a_public_site_is_called_by_address_and_by_name(public_internet: None) -> None:
    _, answer = in_turn(web.Response(body=b"page"))
    async with a_site(answer, host=PUBLIC_HOST) as url, a_client(names={"public.example": [PUBLIC_HOST]}) as http:
        named = url.replace(PUBLIC_HOST, "public.example")
        assert (await http.get(url, policy=STRICT)).body == b"page"
        assert (await http.get(named, policy=STRICT)).body == b"page"


async def test_of_a_name_with_public_and_private_addresses_only_the_public_one_is_called(public_internet: None) -> None:
    seen, inside = in_turn(web.Response(body=b"secret"))
    _, answer = in_turn(web.Response(body=b"page"))
    names = {"both.example": ["127.0.0.1", PUBLIC_HOST], "inside.example": ["127.0.0.1", "127.0.0.3"]}
    async with a_site(answer, host=PUBLIC_HOST) as url, a_site(inside), a_client(names=names) as http:
        port = url.rsplit(":", 1)[1]
        assert (await http.get(f"http://both.example:{port}", policy=STRICT)).body == b"page"
        with pytest.raises(PrivateAddress):
            await http.get(f"http://inside.example:{port}", policy=STRICT)
    assert seen == []


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://0x7f.1:{port}/",
        "http://localhost:{port}/",
        "http://inside.example:{port}/",
        "http://169.254.169.254/",
        "//127.0.0.1:{port}/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:{port}/",
        "http://[::1",
        "http://user:s3cret@127.0.0.1:{port}/",
    ],
)
@pytest.mark.parametrize("policy", [STRICT, replace(AT_HOME, retries=0)], ids=["strict", "loopback allowed"])
async def test_a_public_site_cannot_send_us_inside(public_internet: None, target: str, policy: HttpPolicy) -> None:
    seen, secret = in_turn(web.Response(body=b"secret"))
    async with a_site(secret) as inside:
        port = inside.rsplit(":", 1)[1].strip("/")
        _, away = in_turn(web.Response(status=302, headers={"Location": target.format(port=port)}))
        names: Mapping[str, list[str]] = {
            "public.example": [PUBLIC_HOST],
            "inside.example": ["127.0.0.1"],
            "localhost": ["127.0.0.1"],
            "0x7f.1": ["127.0.0.1"],
        }
        async with a_site(away, host=PUBLIC_HOST) as url, a_client(names=names) as http:
            with pytest.raises(PrivateAddress):
                await http.get(url.replace(PUBLIC_HOST, "public.example"), policy=policy)
    assert seen == []


async def test_a_connection_opened_to_loopback_is_not_lent_to_a_request_that_may_not_go_there() -> None:
    seen, answer = in_turn(web.Response(body=b"home"))
    async with a_site(answer) as url, a_client() as http:
        await http.get(url, policy=AT_HOME)
        with pytest.raises(PrivateAddress):
            await http.get(url, policy=STRICT)
    assert len(seen) == 1


async def test_loopback_allowed_does_not_open_the_rest_of_the_private_network() -> None:
    async with a_client(names={"rebound.example": ["127.0.0.1"], "localhost": ["10.0.0.1"]}) as http:
        for url in ("http://10.0.0.1/", "http://169.254.169.254/", "http://rebound.example/", "http://localhost/"):
            with pytest.raises(PrivateAddress):
                await http.get(url, policy=AT_HOME)


async def test_a_name_that_does_not_exist_is_a_far_side_that_is_down() -> None:
    async with a_client(names={}) as http:
        with pytest.raises(FarSideDown, match=r"nowhere\.example"):
            await http.get("https://nowhere.example/", policy=STRICT)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/list",
        "www.example",
        "http://",
        "http:///list",
        "http://[::1",
        "http://public.example:99999/",
        "ftp://public.example/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://public.example:22/",
        "https://public.example:8443/",
        "https://user:s3cret@public.example/",
        "https://user@public.example/",
    ],
)
async def test_what_is_no_web_address_is_refused_with_a_sentence(url: str) -> None:
    async with a_client(names={}) as http:
        with pytest.raises(NotAWebAddress) as told:
            await http.get(url, policy=STRICT)
        with pytest.raises(NotAWebAddress):
            await http.post(url, json_body=b"{}", policy=STRICT)
    assert "s3cret" not in str(told.value)


async def test_a_policy_of_https_only_refuses_http_also_by_redirect(public_internet: None) -> None:
    async with a_client(names={}) as http:
        with pytest.raises(NotAWebAddress, match="https"):
            await http.post("http://public.example/", json_body=b"{}", policy=replace(STRICT, https_only=True))
    with pytest.raises(NotAWebAddress, match="https"):
        guard.web_address("http://public.example/", https_only=True, loopback=False)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::808:808", True),
        ("2002:808:808::1", True),
        ("0.0.0.1", False),
        ("255.255.255.255", False),
        ("198.18.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b:1::808:808", False),
        ("::7f00:1", False),
        ("2002:7f00:1::1", False),
        ("2002:a00:1::1", False),
        ("2001:db8::1", False),
        ("fec0::1", False),
        ("ff0e::1", False),
        ("5f00::1", False),
    ],
)
def test_public_means_public_also_of_the_address_inside(address: str, public: bool) -> None:  # noqa: FBT001
    assert guard.is_public(ip_address(address)) is public


@pytest.mark.parametrize(
    ("address", "port", "opened"),
    [("8.8.8.8", 443, True), ("8.8.8.8", 80, True), ("8.8.8.8", 22, False), ("127.0.0.1", 443, False)],
)
def test_the_socket_itself_knows_the_ports_of_the_web(address: str, port: int, opened: bool) -> None:  # noqa: FBT001
    wanted = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port))
    if opened:
        guard.public_socket(wanted).close()
    else:
        with pytest.raises(guard.RefusedSocketError):
            guard.public_socket(wanted)


@given(address=st.ip_addresses(v=4))
def test_an_ipv4_address_is_no_more_public_inside_an_ipv6_one(address: IPv4Address) -> None:
    plain = guard.is_public(address)
    for prefix in (0xFFFF << 32, 0x64FF9B << 96):
        assert guard.is_public(IPv6Address(prefix | int(address))) is plain


#: Every way in the standard library and our dependencies to reach a URL without passing the guard.
_WAYS_AROUND = re.compile(
    r"ClientSession\(|aiohttp\.request\(|urlopen\(|urllib\.request|(?:from|import) http\.client|"
    r"^(?:from|import) (?:requests|httpx)\b|feedparser\.parse\(\s*[\"'](?:http|ftp)",
    re.MULTILINE,
)


def test_nothing_reaches_the_outside_by_another_way() -> None:
    root = Path(__file__).parents[2]
    files = [
        path for room in ("service", "scrapers", "classifiers", "notifiers") for path in (root / room).rglob("*.py")
    ]
    around = {str(path.relative_to(root)) for path in files if _WAYS_AROUND.search(path.read_text(encoding="utf-8"))}
    # the bot's library has a client of its own: it asks the one address that the operator set, never one from a notice
    assert around == {"service/http/wire.py", "notifiers/telegram.py"}
