"""The tagger that is shipped: procurement codes and cue words for the trade, plain rules for the size."""

from __future__ import annotations

from classifiers.facts import findings_in
from classifiers.sector import trade_of
from classifiers.size import size_of
from service.domain.opportunity import Details
from service.domain.tagging import Tags


class RuleTagger:
    """Judges by rules alone: no training, no network, the same answer every time."""

    version = "cpv-and-words/1"

    def tags(self, details: Details) -> Tags:
        """Judge the trade and the size, and read what is asked of bidders.

        Raises:
            ReferenceDataError: A shipped data file is damaged.
        """
        findings = findings_in(details.description, details.conditions)
        trade = trade_of(details.title, details.description, details.cpv)
        return Tags(
            sectors=trade.sectors,
            sure=trade.sure,
            size=size_of(details, findings),
            facts=tuple(finding.fact for finding in findings),
            divisions=trade.divisions,
            groups=trade.groups,
            version=self.version,
        )


TAGGER = RuleTagger()
