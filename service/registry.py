"""Finds adapters by walking their packages: adding a source is one file and no other change."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from typing import cast

from service.errors import WrongSettings
from service.ports import Source, Tagger


def all_sources() -> Mapping[str, Source]:
    """Every source there is, by key, in the order of the keys."""
    package = importlib.import_module("scrapers.sources")
    found: dict[str, Source] = {}
    for module_info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"scrapers.sources.{module_info.name}")
        source = getattr(module, "SOURCE", None)
        if source is not None:
            found[source.key] = cast("Source", source)
    return dict(sorted(found.items()))


def chosen_sources(keys: tuple[str, ...]) -> Mapping[str, Source]:
    """The sources an operator chose; all where none is named. Raises WrongSettings for an unknown key."""
    sources = all_sources()
    unknown = [key for key in keys if key not in sources]
    if unknown:
        raise WrongSettings(f"There is no source {', '.join(unknown)}. There are: {', '.join(sources)}.")
    return {key: source for key, source in sources.items() if not keys or key in keys}


def the_tagger() -> Tagger:
    """The judge of trade and size."""
    return cast("Tagger", importlib.import_module("classifiers.tagger").TAGGER)
