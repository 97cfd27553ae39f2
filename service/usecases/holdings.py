"""What we hold of the procurements that a batch of notices touches, in memory, and what is to be written of it.

The record step reads all of it with a few statements, thinks here without waiting for anything, and writes all of it
with a few statements. What is written keeps its order wherever a join stands between.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from service.domain.joining import plain_buyer, title_key
from service.domain.notice import Notice
from service.domain.opportunity import Key, Opportunity, State
from service.usecases.ledger import Claim, Held, Payload, Revised, Standing


@dataclass(slots=True, kw_only=True)
class Writing:
    """What is written together: assignments, keys, states (the last of each), revisions and events."""

    owners: dict[int, str] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    standing: dict[str, Standing] = field(default_factory=dict)
    revised: list[Revised] = field(default_factory=list)
    events: list[tuple[str, Payload]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """One opportunity goes into another."""

    gone: str
    into: str
    evidence: str


class Holdings:
    """Opportunities by key, by buyer and by id, with their notices."""

    def __init__(
        self,
        *,
        owners: Mapping[Key, str],
        opportunities: Mapping[str, Opportunity],
        notices: Iterable[Held],
        apart: Collection[frozenset[str]] = (),
    ) -> None:
        self._apart = set(apart)
        self._owners = {key: owner for key, owner in owners.items() if owner in opportunities}
        self._opportunities = dict(opportunities)
        self._notices: dict[str, dict[int, Notice]] = {}
        self._of_buyer: dict[str, dict[str, None]] = {}
        for held in notices:
            self._notices.setdefault(held.opportunity, {})[held.number] = held.notice
        for each in opportunities.values():
            self._of_buyer.setdefault(plain_buyer(each.state.details), {})[each.identity] = None
        #: What is to be written, in this order.
        self.acts: list[Writing | Join] = [Writing()]

    @property
    def _writing(self) -> Writing:
        last = self.acts[-1]
        if isinstance(last, Join):
            last = Writing()
            self.acts.append(last)
        return last

    def owners(self, keys: Sequence[Key]) -> list[str]:
        """The opportunities that have any of these keys, the first seen first."""
        found = {self._owners[key] for key in keys if key in self._owners}
        return sorted(found, key=lambda identity: (self._opportunities[identity].first_seen, identity))

    def joinable(self, owners: Sequence[str], *, own: Key) -> tuple[str, list[str]]:
        """The opportunity that a notice of these belongs to, and those that go into it.

        The first seen takes in the others. Where some were split by a person, the notice belongs to the one its own
        name belongs to, and what is kept apart from that one stays where it is.
        """
        if not any(frozenset((one, other)) in self._apart for one in owners for other in owners):
            return owners[0], list(owners[1:])
        main = self._owners.get(own, owners[0])
        others = [each for each in owners if each != main]
        return main, [each for each in others if not self._is_apart(each, {main, *others} - {each})]

    def _is_apart(self, one: str, others: Collection[str]) -> bool:
        return any(frozenset((one, other)) in self._apart for other in others)

    def of_buyer(self, buyer_key: str) -> list[Opportunity]:
        """What a buyer, by its normalised name, is known to buy, as far as it was looked up; the first seen first."""
        found = (self._opportunities.get(identity) for identity in self._of_buyer.get(buyer_key, ()))
        there = [each for each in found if each is not None and plain_buyer(each.state.details) == buyer_key]
        return sorted(there, key=lambda each: (each.first_seen, each.identity))

    def opportunity(self, identity: str) -> Opportunity | None:
        """An opportunity as it stands; None where there is none yet."""
        return self._opportunities.get(identity)

    def notices(self, identity: str) -> Mapping[int, Notice]:
        """Every notice of an opportunity, by its number."""
        return self._notices.get(identity, {})

    def assign(self, number: int, notice: Notice, identity: str) -> None:
        """A notice belongs to an opportunity."""
        self._notices.setdefault(identity, {})[number] = notice
        self._writing.owners[number] = identity

    def claim(self, identity: str, keys: Sequence[Key], *, evidence: str) -> None:
        """Give keys to an opportunity; keys that are taken stay where they are."""
        for key in keys:
            if key not in self._owners:
                self._owners[key] = identity
                self._writing.claims.append(Claim(key=key, opportunity=identity, evidence=evidence))

    def join(self, *, gone: str, into: str, evidence: str) -> None:
        """Move notices and keys of one opportunity into another."""
        self._notices.setdefault(into, {}).update(self._notices.pop(gone, {}))
        self._owners = {key: into if owner == gone else owner for key, owner in self._owners.items()}
        self._opportunities.pop(gone)
        self._apart |= {frozenset((into, *(pair - {gone}))) for pair in self._apart if gone in pair}
        self.acts.append(Join(gone=gone, into=into, evidence=evidence))

    def stands(self, opportunity: Opportunity) -> None:
        """An opportunity stands like this now."""
        identity, state = opportunity.identity, opportunity.state
        self._opportunities[identity] = opportunity
        self._of_buyer.setdefault(plain_buyer(state.details), {})[identity] = None
        self._writing.standing[identity] = standing_of(opportunity)

    def revised(self, revised: Revised, event: tuple[str, Payload]) -> None:
        """An opportunity has a new revision, and the next step is to hear of it."""
        self._writing.revised.append(revised)
        self._writing.events.append(event)


def standing_of(opportunity: Opportunity) -> Standing:
    """How an opportunity stands, with the keys by which look-alikes are found."""
    state: State = opportunity.state
    return Standing(
        identity=opportunity.identity,
        state=state,
        revision=opportunity.revision,
        first_seen=opportunity.first_seen,
        buyer_key=plain_buyer(state.details),
        title_key=title_key(state.details.title),
    )
