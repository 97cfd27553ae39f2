"""What has happened, in the past tense. Each is a row committed with the change that caused it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSeen:
    """A notice was stored and can be read."""

    notice: int
    #: From an import, a first poll or a back-fill: alerts only on what is open and fresh.
    quiet: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OpportunityRecorded:
    """An opportunity has a new revision."""

    opportunity: str
    revision: int
    quiet: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OpportunityTagged:
    """A revision has its tags."""

    opportunity: str
    revision: int
    quiet: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertDue:
    """A firm is to be told of a change of an opportunity, once."""

    alert: int


Event = NoticeSeen | OpportunityRecorded | OpportunityTagged | AlertDue
