"""Settings: read from the environment or `.env`, and wrong ones say the way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.errors import WrongSettings
from service.settings import Settings, is_loopback


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_address_of_a_source_may_stand_in_the_environment_or_in_dot_env(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / ".env").write_text("BOWBELL_SOURCE_TED_URL=http://127.0.0.1:9/\nBOWBELL_SOURCE_TED_PACE=2.5\n")
    access = Settings().access_to("ted")
    assert (access.base_url, access.pace, access.allow_loopback) == ("http://127.0.0.1:9", 2.5, True)

    monkeypatch.setenv("BOWBELL_SOURCE_TED_URL", "https://example.org")
    assert Settings().access_to("ted").allow_loopback is False


def test_a_pace_that_is_no_number_names_the_setting(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOWBELL_SOURCE_TED_PACE", "slowly")
    with pytest.raises(WrongSettings, match="BOWBELL_SOURCE_TED_PACE must be seconds, not 'slowly'"):
        Settings().access_to("ted")


@pytest.mark.parametrize(
    ("said", "driven"),
    [
        ("sqlite:///b.db", "sqlite+aiosqlite:///b.db"),
        ("sqlite+aiosqlite:///b.db", "sqlite+aiosqlite:///b.db"),
        ("postgresql://u@h/d", "postgresql+asyncpg://u@h/d"),
        ("postgres://u@h/d", "postgresql+asyncpg://u@h/d"),
        ("postgresql+asyncpg://u@h/d", "postgresql+asyncpg://u@h/d"),
    ],
)
def test_a_database_may_be_named_with_or_without_its_driver(here: Path, said: str, driven: str) -> None:
    assert Settings(database_url=said).database == driven


@pytest.mark.parametrize("said", ["8080", "localhost", ":80", "127.0.0.1:http"])
def test_listen_must_be_host_and_port(here: Path, said: str) -> None:
    with pytest.raises(WrongSettings, match="BOWBELL_LISTEN must be host:port"):
        _ = Settings(listen=said).listen_at


@pytest.mark.parametrize(
    ("url", "is_here"),
    [
        ("http://127.0.0.1:8080", True),
        ("http://[::1]:8080", True),
        ("http://localhost", True),
        ("http://localhost.example.org", False),
        ("https://example.org", False),
        ("http://10.0.0.1", False),
    ],
)
def test_only_an_address_that_plainly_names_this_machine_is_loopback(url: str, *, is_here: bool) -> None:
    assert is_loopback(url) is is_here
