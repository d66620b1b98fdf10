"""What a planner asks next: why here, what ties, what a limit is worth, which branch first."""

from typing import TYPE_CHECKING

from planner.lazily import named

if TYPE_CHECKING:
    from planner.insight.effort import Effort
    from planner.insight.prices import Price
    from planner.insight.roadmap import Roadmap, Stage, nested_phases
    from planner.insight.ties import NearTies, Tie, near_ties
    from planner.insight.why import Use, WhyHere, WhyNot, use_of, why_here, why_not
    from planner.insight.worth import Worth
else:  # pages need little of it, and most of it loads the solvers
    __getattr__ = named(
        __name__,
        {
            "effort": ("Effort",),
            "prices": ("Price",),
            "roadmap": ("Roadmap", "Stage", "nested_phases"),
            "ties": ("NearTies", "Tie", "near_ties"),
            "why": ("Use", "WhyHere", "WhyNot", "use_of", "why_here", "why_not"),
            "worth": ("Worth",),
        },
    )

__all__ = [
    "Effort",
    "NearTies",
    "Price",
    "Roadmap",
    "Stage",
    "Tie",
    "Use",
    "WhyHere",
    "WhyNot",
    "Worth",
    "near_ties",
    "nested_phases",
    "use_of",
    "why_here",
    "why_not",
]
