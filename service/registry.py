"""Finds adapters by walking their packages: adding a source is one file and no other change."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol, cast, get_type_hints

from service.domain.message import Message, Written
from service.domain.tagging import Assumption
from service.errors import WrongRules, WrongSettings
from service.ports import Source, Tagger


class CheckReport(Protocol):
    """What the rules of a source file make of a page; the sense of each is told where it is made."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    broken: tuple[str, ...]
    set_aside: tuple[str, ...]
    readings: int
    passed_over: int


class MailSample(Protocol):
    """One letter with the kind of message it is sent as."""

    kind: str
    written: Written


def all_sources() -> Mapping[str, Source]:
    """Every source there is, in Python or in rules, by key, in the order of the keys. Raises WrongRules."""
    package = importlib.import_module("scrapers.sources")
    found: dict[str, Source] = {}
    for module_info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"scrapers.sources.{module_info.name}")
        source = getattr(module, "SOURCE", None)
        if source is not None:
            found[source.key] = cast("Source", source)
    for path in sorted(path for folder in package.__path__ for path in Path(folder).glob("*.toml")):
        declared = declared_source(path)
        if declared.key in found:
            raise WrongRules(file=path.name, line=None, key="key", why="there is a source of that name already.")
        found[declared.key] = declared
    return dict(sorted(found.items()))


def declared_source(path: Path) -> Source:
    """The source that a file of rules declares. Raises WrongRules, which names file, line and key."""
    return cast("Source", importlib.import_module("scrapers.kinds.declared").source_in(path))


def source_folder() -> Path:
    """Where source files lie."""
    return Path(next(iter(importlib.import_module("scrapers.sources").__path__)))


def checked_source_file(path: Path, page: bytes, *, seen: datetime) -> CheckReport:
    """What the rules in a file make of a page. Raises WrongRules."""
    return cast("CheckReport", importlib.import_module("scrapers.kinds.checking").check_file(path, page, seen=seen))


def scrubbed_page(body: bytes) -> tuple[bytes, int]:
    """A page without contact people, and how many of their details were replaced."""
    scrubbed = importlib.import_module("scrapers.kinds.scrubbing").scrubbed_bytes
    return cast("tuple[bytes, int]", scrubbed(body))


def chosen_sources(keys: tuple[str, ...]) -> Mapping[str, Source]:
    """The sources an operator chose; all where none is named. Raises WrongSettings for an unknown key."""
    sources = all_sources()
    unknown = [key for key in keys if key not in sources]
    if unknown:
        raise WrongSettings(f"There is no source {', '.join(unknown)}. There are: {', '.join(sources)}.")
    return {key: source for key, source in sources.items() if not keys or key in keys}


def source_named(key: str) -> Source:
    """One source in Python, without looking at the others."""
    return cast("Source", importlib.import_module(f"scrapers.sources.{key}").SOURCE)


def size_assumptions() -> tuple[Assumption, ...]:
    """What the size of firm is judged by. Raises ReferenceDataError."""
    return cast("tuple[Assumption, ...]", importlib.import_module("classifiers.size_rules").rules().assumptions)


def the_tagger(model: Path | None = None) -> Tagger:
    """The judge of trade and size; by the trade model of a folder, or by the shipped one where none is named."""
    module = importlib.import_module("classifiers.tagger")
    return cast("Tagger", module.TAGGER if model is None else module.TrainedTagger(model))


def letter_writers() -> tuple[str, ...]:
    """The names of all functions in `notifiers` that write a letter: "write_...", returning Written."""
    package = importlib.import_module("notifiers")
    found: set[str] = set()
    for module_info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"notifiers.{module_info.name}")
        found.update(
            name
            for name, function in inspect.getmembers(module, inspect.isfunction)
            if name.startswith("write_") and get_type_hints(function).get("return") is Written
        )
    return tuple(sorted(found))


def mail_samples() -> Mapping[str, Callable[[], Mapping[str, MailSample]]]:
    """Samples of letters, by the name of the function that writes them."""
    found = importlib.import_module("notifiers.mail_samples").SAMPLES
    return cast("Mapping[str, Callable[[], Mapping[str, MailSample]]]", found)


def account_writer() -> Callable[..., Written]:
    """What puts words about an account into a letter."""
    return cast("Callable[..., Written]", importlib.import_module("notifiers.letters").write_letter)


def as_mail(message: Message, *, sender: str, list_id: str) -> EmailMessage:
    """A message as the mail that is sent. Raises BadAddress and Refused."""
    make = importlib.import_module("notifiers.mime").as_email
    return cast("EmailMessage", make(message, sender=sender, list_id=list_id))
