"""Draws of all figures together as plain values that can be kept, and read again to the bit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from planner.insight.assumptions import Assumption
from planner.insight.sampled import Samples
from planner.insight.uncertain import MEASURES


def samples_values(found: Samples) -> dict[str, Any]:
    """The draws as values for JSON: the figures by their keys, None for a result there is not."""
    return {
        "figures": [figure.key for figure in found.figures],
        "drawn": found.drawn.tolist(),
        "asked": found.asked,
        "results": {
            measure: [value if np.isfinite(value) else None for value in found.results[measure]]
            for measure in MEASURES
        },
        "keeps_rules": found.keeps_rules.tolist(),
    }


def samples_of(values: Mapping[str, Any], figures: Sequence[Assumption]) -> Samples | None:
    """The draws that `samples_values` told; None where one of their figures is not given."""
    by_key = {figure.key: figure for figure in figures}
    if not set(values["figures"]) <= set(by_key):
        return None
    own = tuple(by_key[key] for key in values["figures"])
    drawn = np.array(values["drawn"], dtype=np.float64)
    return Samples(
        figures=own,
        drawn=drawn.reshape(len(values["drawn"]), len(own)),
        asked=int(values["asked"]),
        results={
            measure: np.array(values["results"][measure], dtype=np.float64) for measure in MEASURES
        },
        keeps_rules=np.array(values["keeps_rules"], dtype=np.bool_),
    )
