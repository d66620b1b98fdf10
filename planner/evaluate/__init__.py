"""The judge: recomputes every plan from raw inputs; shares no code with the formulation."""

from typing import TYPE_CHECKING

from planner.lazily import named

if TYPE_CHECKING:
    from planner.evaluate.duplicates import duplicate_pairs
    from planner.evaluate.judge import score
    from planner.evaluate.networks import listed_network, nearest_assignment, todays_network
    from planner.evaluate.rules import Violation, violations
    from planner.evaluate.types import (
        AreaScore,
        BranchLoad,
        BranchScore,
        ClosedBranch,
        CounterLoad,
        DuplicateCount,
        DuplicatePair,
        Kpis,
        MergeEvidence,
        ObjectiveParts,
        Score,
        StandardScore,
    )
else:  # many commands need little of it
    __getattr__ = named(
        __name__,
        {
            "duplicates": ("duplicate_pairs",),
            "judge": ("score",),
            "networks": ("listed_network", "nearest_assignment", "todays_network"),
            "rules": ("Violation", "violations"),
            "types": (
                "AreaScore",
                "BranchLoad",
                "BranchScore",
                "ClosedBranch",
                "CounterLoad",
                "DuplicateCount",
                "DuplicatePair",
                "Kpis",
                "MergeEvidence",
                "ObjectiveParts",
                "Score",
                "StandardScore",
            ),
        },
    )

__all__ = [
    "AreaScore",
    "BranchLoad",
    "BranchScore",
    "ClosedBranch",
    "CounterLoad",
    "DuplicateCount",
    "DuplicatePair",
    "Kpis",
    "MergeEvidence",
    "ObjectiveParts",
    "Score",
    "StandardScore",
    "Violation",
    "duplicate_pairs",
    "listed_network",
    "nearest_assignment",
    "score",
    "todays_network",
    "violations",
]
