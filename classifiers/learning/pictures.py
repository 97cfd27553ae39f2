"""Draws the calibration curves and the table of mistaken sectors as plain SVG: the same bytes every time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from classifiers.learning.report import Judged

_SIDE = 320
_MARGIN = 48
_CELL = 22
_LABELS = 110
_INK, _FAINT, _BLUE = "#1d1d1b", "#b8b8b2", "#1f5fa8"


def pictures(figures: Judged) -> Iterator[tuple[str, str]]:
    """Each picture with its name, without ending: "calibration-sectors-full", ..., "confusion-sectors"."""
    for name, bins in figures.curves.items():
        yield f"calibration-{name.replace('/', '-')}", _calibration(name, bins)
    yield "confusion-sectors", _confusion(figures)


def _calibration(name: str, bins: Sequence[tuple[float, float, float]]) -> str:
    """Said against right; the diagonal is perfect; the size of a dot is how many answers it stands for."""
    marks = [
        f'<circle cx="{_x(said):.1f}" cy="{_y(right):.1f}" r="{3 + 14 * share**0.5:.1f}" '
        f'fill="{_BLUE}" fill-opacity="0.6">'
        f"<title>said {said:.2f}, right {right:.2f}, {share:.0%} of answers</title></circle>"
        for said, right, share in bins
    ]
    line = " ".join(f"{_x(said):.1f},{_y(right):.1f}" for said, right, _ in bins)
    ticks = [
        f'<text x="{_x(at):.0f}" y="{_MARGIN + _SIDE + 18}" text-anchor="middle">{at:.1f}</text>'
        f'<text x="{_MARGIN - 8}" y="{_y(at) + 4:.0f}" text-anchor="end">{at:.1f}</text>'
        for at in (0, 0.2, 0.4, 0.6, 0.8, 1)
    ]
    return _svg(
        _SIDE + 2 * _MARGIN,
        _SIDE + 2 * _MARGIN,
        f"How often the first answer was right, by how sure it was: {name}",
        f'<rect x="{_MARGIN}" y="{_MARGIN}" width="{_SIDE}" height="{_SIDE}" fill="none" stroke="{_FAINT}"/>'
        f'<line x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}" stroke="{_FAINT}" stroke-dasharray="4 4"/>'
        f'<polyline points="{line}" fill="none" stroke="{_BLUE}"/>{"".join(marks)}{"".join(ticks)}'
        f'<text x="{_MARGIN + _SIDE / 2:.0f}" y="{_MARGIN + _SIDE + 38}" text-anchor="middle">said</text>',
    )


def _confusion(figures: Judged) -> str:
    """One row a true sector, one column the first answer, shaded by the share of the row."""
    cells = []
    for row, name in enumerate(figures.names):
        total = int(figures.confusion[row].sum())
        middle = _LABELS + row * _CELL + 15
        cells.append(f'<text x="{_LABELS - 6}" y="{middle}" text-anchor="end">{escape(name)}</text>')
        across = _LABELS + row * _CELL + 15
        cells.append(f'<text transform="translate({across} {_LABELS - 6}) rotate(-60)">{escape(name)}</text>')
        for column in range(len(figures.names)):
            count = int(figures.confusion[row, column])
            if not count:
                continue
            share = count / total
            ink = "#fff" if share > 0.5 else _INK  # noqa: PLR2004 - readable on the darker half
            cells.append(
                f'<rect x="{_LABELS + column * _CELL}" y="{_LABELS + row * _CELL}" width="{_CELL}" height="{_CELL}" '
                f'fill="{_BLUE}" fill-opacity="{0.08 + 0.92 * share:.2f}"/>'
                f'<text x="{_LABELS + column * _CELL + _CELL / 2:.0f}" y="{middle}" text-anchor="middle" fill="{ink}" '
                f'font-size="8">{count}</text>'
            )
    side = _LABELS + len(figures.names) * _CELL + 10
    return _svg(side, side, "Sectors: the true one in rows, the first answer in columns", "".join(cells))


def _x(share: float) -> float:
    return _MARGIN + share * _SIDE


def _y(share: float) -> float:
    return _MARGIN + (1 - share) * _SIDE


def _svg(width: int, height: int, title: str, body: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" font-family="sans-serif" font-size="11" fill="{_INK}"><title>{escape(title)}</title>'
        f'<rect width="100%" height="100%" fill="#fff"/><text x="10" y="16" font-size="12">{escape(title)}</text>'
        f"{body}</svg>\n"
    )
