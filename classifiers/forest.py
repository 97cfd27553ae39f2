"""A forest of small decision trees, kept as plain tables: it answers without the library that grew it.

A hint that follows the words alone misses what only shows together: a small sum means one thing for a council's open
procedure and another for a ministry's call-off. Trees see that, a sum of weights does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from service.errors import ReferenceDataError

#: Shares of leaves are kept as whole numbers up to this.
_FINEST = 255

Table = np.ndarray[Any, np.dtype[Any]]
#: The tables of a forest, in the order of their names.
TABLES = ("column", "edge", "left", "share", "root")


@dataclass(frozen=True, slots=True, kw_only=True)
class Forest:
    """Trees, all nodes in one row each; a node's right branch stands right behind its left one.

    Attributes:
        column: what each node asks about: a place in what is known.
        edge: up to this the answer is in the left branch; of a leaf nothing is above it.
        left: the node of the left branch, always a later one; of a leaf it is the leaf itself.
        share: of a leaf, how often it was so there, 0 to 1.
        root: where each tree begins.
        depth: from no root is a leaf further.
    """

    column: Table
    edge: Table
    left: Table
    share: Table
    root: Table
    depth: int

    def chance(self, known: Sequence[float]) -> float:
        """The mean of what the trees say; `known` has a number for every column.

        All trees are walked at once, a level a step; a tree that has come to a leaf stays there.
        """
        said = np.array(known, np.float64)
        node = self.root
        for _ in range(self.depth):
            node = self.left[node] + (said[self.column[node]] > self.edge[node])
        return float(self.share[node].sum() / len(node))


def read_forest(tables: Mapping[str, Table], *, columns: int) -> Forest:
    """Read a forest of `TABLES`.

    Raises:
        ReferenceDataError: a table is missing or they do not fit together, so that a walk might not end.
    """
    try:
        column, edge, left, share, root = (tables[name] for name in TABLES)
    except KeyError as missing:
        raise ReferenceDataError(f"The trade model's forest has no table {missing}.") from None
    nodes = len(left)
    inner = np.flatnonzero(left)
    fits = (
        nodes > 0
        and len(root) > 0
        and all(table.shape == (nodes,) for table in (column, edge, left, share))
        and int(root.astype(np.int64).max()) < nodes
        and bool((left[inner].astype(np.int64) > inner).all())
        and int(left.astype(np.int64).max()) + 1 < nodes + (not len(inner))
        and int(column.astype(np.int64).max()) < columns
        and int(column.astype(np.int64).min()) >= 0
        and bool(np.isfinite(edge.astype(np.float32)).all())
    )
    if not fits:
        raise ReferenceDataError("The tables of the trade model's forest do not fit together.")
    is_leaf = left == 0
    return Forest(
        column=column.astype(np.intp),
        edge=np.where(is_leaf, np.inf, edge.astype(np.float64)),
        left=np.where(is_leaf, np.arange(nodes), left).astype(np.intp),
        share=share.astype(np.float64) / _FINEST,
        root=root.astype(np.intp),
        depth=_depth(left.astype(np.intp), root.astype(np.intp)),
    )


def _depth(left: Table, root: Table) -> int:
    """How many questions the deepest tree asks; it ends, since a branch is always a later node."""
    depth, at = 0, root
    while len(at := at[left[at] > 0]):
        at = np.unique(np.concatenate([left[at], left[at] + 1]))
        depth += 1
    return depth


def forest_tables(trees: Sequence[tuple[Table, Table, Table, Table, Table]]) -> dict[str, Table]:
    """The tables of grown trees.

    Args:
        trees: of each tree, by node: column, edge, left, right (below 0: a leaf), share.
    """
    column: list[int] = []
    edge: list[float] = []
    left: list[int] = []
    share: list[float] = []
    root: list[int] = []
    for of_column, of_edge, of_left, of_right, of_share in trees:
        waiting, root = [0], [*root, len(column)]
        while waiting:
            below: list[int] = []
            first = len(column) + len(waiting)
            for node in waiting:
                is_leaf = of_left[node] < 0
                column.append(0 if is_leaf else int(of_column[node]))
                edge.append(0.0 if is_leaf else float(of_edge[node]))
                left.append(0 if is_leaf else first + len(below))
                share.append(float(of_share[node]) if is_leaf else 0.0)
                below.extend(() if is_leaf else (int(of_left[node]), int(of_right[node])))
            waiting = below
    return {
        "column": np.array(column, np.uint8),
        "edge": np.array(edge, np.float16),
        "left": np.array(left, np.uint32),
        "share": np.rint(np.array(share) * _FINEST).astype(np.uint8),
        "root": np.array(root, np.uint32),
    }
