"""What a planner asks next: why here, what ties, what a limit is worth, which branch first."""

from planner.insight.effort import Effort
from planner.insight.prices import Price
from planner.insight.roadmap import Roadmap, Stage, nested_phases, roadmap
from planner.insight.ties import NearTies, Tie, near_ties
from planner.insight.why import Use, WhyHere, WhyNot, use_of, why_here, why_not
from planner.insight.worth import Worth, worth

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
    "roadmap",
    "use_of",
    "why_here",
    "why_not",
    "worth",
]
