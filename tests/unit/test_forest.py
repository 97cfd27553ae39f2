"""The promises of the forest: it answers as the trees it was made of, and tables that do not fit are refused."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesClassifier

from classifiers.forest import TABLES, Table, forest_tables, read_forest
from service.errors import ReferenceDataError


def one_tree() -> dict[str, Table]:
    """A tree that asks one question: is column 1 at most 5? Left 3 of 15 were so, right 12 of 15."""
    column, edge = np.array([1, -2, -2]), np.array([5.0, -2, -2])
    return forest_tables([(column, edge, np.array([1, -1, -1]), np.array([2, -1, -1]), np.array([0, 0.2, 0.8]))])


def test_the_branch_is_the_one_that_the_number_points_to() -> None:
    forest = read_forest(one_tree(), columns=2)
    assert forest.chance([0, 5.0]) == pytest.approx(0.2)
    assert forest.chance([0, 5.1]) == pytest.approx(0.8)


def test_a_forest_answers_as_the_trees_it_was_made_of() -> None:
    chance = np.random.default_rng(1)
    seen = chance.integers(0, 2, (400, 6)).astype(float)
    true = (seen[:, 0] + seen[:, 1] * seen[:, 2] + chance.random(400)) > 1
    grown = ExtraTreesClassifier(20, min_samples_leaf=5, random_state=1).fit(seen, true)
    trees = []
    for each in grown.estimators_:
        tree = each.tree_
        share = tree.value[:, 0, 1] / tree.value[:, 0].sum(axis=1)
        trees.append((tree.feature, np.full(tree.node_count, 0.5), tree.children_left, tree.children_right, share))
    forest = read_forest(forest_tables(trees), columns=6)
    said = [forest.chance(row.tolist()) for row in seen[:50]]
    assert said == pytest.approx(grown.predict_proba(seen[:50])[:, 1].tolist(), abs=0.003)


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("left", [0, 0, 1]),
        ("left", [1, 1, 0]),
        ("left", [2, 0, 0]),
        ("left", [9, 0, 0]),
        ("column", [7, 0, 0]),
        ("edge", [np.nan, 0, 0]),
        ("edge", [0]),
        ("root", [3]),
        ("root", []),
    ],
)
def test_tables_on_which_a_walk_might_never_end_are_refused(table: str, rows: list[float]) -> None:
    tables = one_tree()
    tables[table] = np.array(rows, tables[table].dtype)
    with pytest.raises(ReferenceDataError, match="do not fit"):
        read_forest(tables, columns=2)


@pytest.mark.parametrize("missing", TABLES)
def test_a_missing_table_is_named(missing: str) -> None:
    tables = {name: table for name, table in one_tree().items() if name != missing}
    with pytest.raises(ReferenceDataError, match=missing):
        read_forest(tables, columns=2)
