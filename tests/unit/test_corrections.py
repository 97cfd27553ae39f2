"""The promises of corrections: they teach, nobody teaches alone, and what was not said is not learnt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from classifiers.learning import corpus
from classifiers.learning.corpus import corrected_targets, heads
from classifiers.learning.fit import fit_squares, ground_of
from classifiers.learning.labelled import Corrected, Labelled
from classifiers.learning.teach import taught_by
from service.domain.correction import MOST_OF_ONE_PERSON, Correction, Example, Origin, within_the_cap

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def an_example(person: str, minute: int) -> Example:
    said = Correction(
        opportunity=f"o{minute}",
        person=person,
        origin=Origin.NOT_MY_TRADE,
        not_sectors=("it",),
        at=NOON + timedelta(minutes=minute),
    )
    return Example(correction=said, title="Sample", description="")


def test_only_the_newest_of_one_person_are_learnt_from() -> None:
    loud = [an_example("loud", minute) for minute in range(MOST_OF_ONE_PERSON + 5)]
    kept = within_the_cap([*loud, an_example("quiet", 0)])
    assert kept == [*loud[5:], an_example("quiet", 0)]


def test_a_correction_teaches_the_sectors_it_names_and_nothing_else() -> None:
    named = heads()
    (row,) = corrected_targets([Corrected(title="x", description="", sectors=("environment",), not_sectors=("it",))])
    column = {name: len(named.divisions) + place for place, name in enumerate(named.sectors)}
    assert row[column["environment"]] == 1
    assert row[column["it"]] == 0
    assert row[column["food"]] == 0  # who names the right sector says that it is no other
    assert row[named.divisions.index("48")] == 0  # "it" has this division for itself
    assert np.isnan(row[named.divisions.index("90")])
    assert np.isnan(row[len(named.divisions) + len(named.sectors) :]).all()


def test_a_wrong_trade_alone_says_nothing_of_the_others() -> None:
    named = heads()
    (row,) = corrected_targets([Corrected(title="x", description="", not_sectors=("food",))])
    of_sectors = row[len(named.divisions) : len(named.divisions) + len(named.sectors)]
    assert of_sectors[named.sectors.index("food")] == 0
    assert np.isnan(np.delete(of_sectors, named.sectors.index("food"))).all()


def test_what_is_not_known_pulls_no_weight() -> None:
    from scipy import sparse

    table = sparse.csr_matrix(np.eye(3, dtype=np.float32))
    wanted = np.array([[1, 0], [0, 1], [np.nan, 1]], np.float32)
    found = fit_squares(ground_of(table, np.ones(3, np.float32)), wanted)
    assert found.weights[2, 0] == pytest.approx(0, abs=1e-6)
    assert found.weights[2, 1] > 0
    assert found.start[0] == pytest.approx(0.5)


def test_corrections_move_the_judgement(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = corpus.teaching()[::400]
    monkeypatch.setattr("classifiers.learning.teach.teaching", lambda: texts)
    notices = [
        Labelled(identity=str(at), title=title, description="", codes=(code,), buyer=f"Sample {at}")
        for at, (title, code) in enumerate(
            [("Zorbing session", "55000000"), ("School lunch", "55000000"), ("Judo club", "92600000")] * 4
        )
    ]
    food, leisure = heads().sectors.index("food"), heads().sectors.index("leisure")
    before = taught_by(notices).model().score("Zorbing session").sectors
    wrong = [Corrected(title="Zorbing session", description="", sectors=("leisure",), not_sectors=("food",))] * 8
    after = taught_by(notices, corrected=wrong).model().score("Zorbing session").sectors
    assert before[food] > before[leisure]
    assert after[leisure] > after[food]
