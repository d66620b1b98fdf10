"""All uncertain figures at once: a network under many draws, and which figures it follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.insight.assumptions import Assumption
from planner.insight.effort import Effort
from planner.insight.uncertain import MEASURES, Kept, Measure, outcome
from planner.plan import Progress

Floats = NDArray[np.float64]
BAND = (0.1, 0.5, 0.9)
_AT_LEAST = 10  # draws, for a rank correlation to say anything


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """A network under draws of all figures together.

    Attributes:
        figures: K figures.
        drawn: Values drawn, shape (N, K).
        asked: Draws that were asked for; N is less where time did not suffice.
        results: By measure, shape (N,), nan where a draw has none.
        keeps_rules: Whether every rule was kept, shape (N,).
    """

    figures: tuple[Assumption, ...]
    drawn: Floats
    asked: int
    results: dict[Measure, Floats]
    keeps_rules: NDArray[np.bool_]

    def band(self, measure: Measure) -> tuple[float, float, float] | None:
        """The tenth, the median and the ninetieth percentile, of the draws that have a value."""
        known = self.results[measure][np.isfinite(self.results[measure])]
        if not known.size:
            return None
        low, middle, high = np.quantile(known, BAND).tolist()
        return low, middle, high

    @property
    def better_than_today(self) -> float | None:
        """Share of the draws in which travel is less than in today's network."""
        saved = self.results["saved_min"]
        known = saved[np.isfinite(saved)]
        return float((known > 0).mean()) if known.size else None

    @property
    def within_rules(self) -> float | None:
        """Share of the draws in which the network keeps every rule."""
        return float(self.keeps_rules.mean()) if self.keeps_rules.size else None

    @property
    def noise(self) -> float:
        """A rank correlation nearer to 0 than this may well be chance: 2 / sqrt(N - 1)."""
        return 2.0 / float(np.sqrt(max(1, len(self.drawn) - 1)))

    def correlations(self, measure: Measure) -> tuple[float | None, ...]:
        """Spearman's rank correlation of each figure with a measure, in the figures' order.

        None where nothing varies, or with fewer than ten draws that have a value.
        """
        values = self.results[measure]
        known = np.isfinite(values)
        if known.sum() < _AT_LEAST:
            return (None,) * len(self.figures)
        ranks = _ranks(values[known])
        return tuple(
            _correlation(_ranks(self.drawn[known, k]), ranks) for k in range(len(self.figures))
        )


def draw(figures: Sequence[Assumption], count: int, seed: int) -> Floats:
    """Values of the figures, shape (count, figures), the same for the same seed.

    A Latin hypercube (McKay, Beckman & Conover 1979): each figure's range is cut into `count`
    slices of equal chance and each slice is drawn from once. The figures are independent, each
    triangular between low and high with its peak at the pack's value.
    """
    chance = np.random.default_rng(seed)
    slices = np.column_stack([chance.permutation(count) for _ in figures])
    shares = (slices + chance.random(slices.shape)) / count
    ends = np.array([(each.low, each.mode, each.high) for each in figures])
    return _triangular(shares, ends[:, 0], ends[:, 1], ends[:, 2])


def sampled(
    kept: Kept,
    figures: Sequence[Assumption],
    *,
    effort: Effort,
    count: int = 200,
    seed: int = 0,
) -> Samples:
    """The network under `count` draws of all figures at once.

    Args:
        kept: The network.
        figures: One or more figures to vary; those without effect only add noise.
        effort: The time; when it is over, what was drawn until then is told.
        count: How many draws.
        seed: Of the draws.
    """
    drawn = draw(figures, count, seed)
    rows, keeps = [], []
    for number, values in enumerate(drawn.tolist(), 1):
        if effort.left <= 0:
            break
        effort.tell(Progress(0.0, "check", message=f"draw {number} of {count}"))
        pack = kept.pack
        for figure, value in zip(figures, values, strict=True):
            pack = figure.apply(pack, value)
        found = outcome(kept, pack, effort.part(count - number + 1))
        if found is None:
            break
        rows.append([found.value(measure) for measure in MEASURES])
        keeps.append(found.keeps_rules)
    table = np.array(rows, dtype=np.float64).reshape(len(rows), len(MEASURES))  # None is nan
    return Samples(
        figures=tuple(figures),
        drawn=drawn[: len(rows)],
        asked=count,
        results={measure: table[:, m] for m, measure in enumerate(MEASURES)},
        keeps_rules=np.array(keeps, dtype=np.bool_),
    )


def _triangular(shares: Floats, low: Floats, mode: Floats, high: Floats) -> Floats:
    """The values below which these shares of a triangular distribution lie."""
    span = high - low
    rising = low + np.sqrt(shares * span * (mode - low))
    falling = high - np.sqrt((1.0 - shares) * span * (high - mode))
    return np.asarray(np.where(shares * span < mode - low, rising, falling))


def _ranks(values: Floats) -> Floats:
    """Ranks from 0; equal values share the mean of theirs."""
    _, place, many = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(many)
    return np.asarray((last - (many + 1) / 2)[place], dtype=np.float64)


def _correlation(one: Floats, other: Floats) -> float | None:
    one, other = one - one.mean(), other - other.mean()
    size = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / size if size > 0 else None
