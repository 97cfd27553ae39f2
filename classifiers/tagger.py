"""The tagger that is shipped: procurement codes and a trained model for the trade, plain rules for the size."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from classifiers.facts import findings_in
from classifiers.hints import HINTS, circumstances_of
from classifiers.model import TradeModel, load, shipped
from classifiers.sector import Trade, trade_of
from classifiers.size import size_of
from service.domain.opportunity import Details
from service.domain.tagging import Tags


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
        """The chances of an award to a small firm and of the buyer's flag; none where nothing was read."""
        worth = details.value.best if details.value is not None else None
        known = circumstances_of(
            value=float(worth) if worth is not None and worth.is_finite() else None,
            buyer=details.buyer.name if details.buyer else "",
            procedure=details.procedure,
        )
        return {
            name: round(self._model.hints[name].chance(score, known), 3)
            for name, score in zip(HINTS, trade.hints, strict=bool(trade.hints))
            if name in self._model.hints
        }


TAGGER = TrainedTagger()
