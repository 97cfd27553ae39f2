"""The tagger that is shipped: procurement codes and a trained model for the trade, plain rules for the size."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from classifiers.facts import findings_in
from classifiers.hints import HINTS, circumstances_of, worth_of
from classifiers.model import TradeModel, load, shipped
from classifiers.sector import Trade, trade_of
from classifiers.size import size_of
from service.domain.opportunity import Details
from service.domain.tagging import Tags

#: Under which name of `Tags` the base rate of each hint stands.
_BASES = {"awarded_to_sme": "awarded_to_sme_base", "flag_probability": "flag_base"}


class TrainedTagger:
    """Judges by codes, by a small trained model and by rules: no network, the same answer every time."""

    def __init__(self, folder: Path | None = None) -> None:
        """Judge by the model of a folder, made by `bowbell train`; by the shipped one where none is named."""
        self._folder = folder

    @cached_property
    def _model(self) -> TradeModel:
        return shipped() if self._folder is None else load(self._folder)

    @property
    def version(self) -> str:
        """The model's version. Raises ReferenceDataError where the model cannot be used."""
        return self._model.version

    def tags(self, details: Details) -> Tags:
        """Judge the trade and the size, and read what is asked of bidders.

        Raises:
            ReferenceDataError: A shipped data file is damaged.
        """
        findings = findings_in(details.description, details.conditions)
        trade = trade_of(details.title, details.description, details.cpv, model=self._model)
        return Tags(
            sectors=trade.sectors,
            sure=trade.sure,
            size=size_of(details, findings),
            facts=tuple(finding.fact for finding in findings),
            divisions=trade.divisions,
            groups=trade.groups,
            version=self.version,
            note=trade.note,
            **self._hints(details, trade),
        )

    def _hints(self, details: Details, trade: Trade) -> dict[str, float]:
        """The chances of an award to a small firm and of the buyer's flag, with their base rates; none without text."""
        best = details.value.best if details.value is not None else None
        value = float(best) if best is not None and best.is_finite() else None
        known = circumstances_of(
            value=value,
            buyer=details.buyer.name if details.buyer else "",
            procedure=details.procedure,
            text=f"{details.title} {details.description}",
        )
        worth = worth_of(value)
        said: dict[str, float] = {}
        for name, score in zip(HINTS, trade.hints, strict=bool(trade.hints)):
            hint = self._model.hints.get(name)
            if hint is not None:
                said[name] = round(hint.chance(score, known, worth), 3)
                said[_BASES[name]] = round(hint.base, 3)
        return said


TAGGER = TrainedTagger()
