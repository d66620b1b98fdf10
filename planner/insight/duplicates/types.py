"""What an audit of duplicates says, as values: pairs, groups, services, branches, readings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from planner.insight.duplicates.thresholds import Thresholds

Verdict = Literal["wanted", "load", "backup", "unnecessary"]
Reason = Literal[
    "base",  # of a group that one branch could carry: the one that stays
    "listed",  # the reader wants it
    "locked",  # the rules require the offering
    "floor",  # the rules require so many in the area
    "stranded",  # some would have nowhere to go
    "own_customers",  # too few could as well go to the other
    "load",  # the one that stays has no room for all
    "worth",  # customers would lose more than is saved
    "backup",  # too few would keep a second branch in time
    "unnecessary",
]
ORDER: tuple[Reason, ...] = (
    *("base", "listed", "locked", "floor", "stranded", "own_customers"),
    *("load", "worth", "backup", "unnecessary"),
)
"""What is asked first decides: the order in which a pair is tried."""
VERDICTS: tuple[Verdict, ...] = ("wanted", "load", "backup", "unnecessary")
Advice = Literal["keep", "merge", "move", "fewer_days", "outreach"]


def verdict_of(reason: Reason) -> Verdict:
    """The class that a reason belongs to."""
    if reason in ("load", "backup", "unnecessary"):
        return reason
    return "wanted"


@dataclass(frozen=True, slots=True)
class Stop:
    """What follows a year if one branch no longer offers some services; minutes are one way.

    Everyone who needs them there goes to the next nearest branch of the network that can complete
    the visit.

    `visits`: visits that need them there; `stranded`: of these, no other branch can complete.
    `extra_min_mean`, `extra_min_p90`: minutes longer, over those who can go elsewhere; None where
    nobody moves. `extra_min_per_year`: the sum of them. `customers_kes`: what their return trips
    cost more a year.
    `saved_kes`: yearly cost of the offerings, and of the branch where nothing is left there.
    `ends_branch`: whether nothing is left there. `days_a_week`: days that the branch, as full as
    it shall at most be, needs for these visits; None without capacity.
    """

    site: int
    visits: float
    stranded: float
    extra_min_mean: float | None
    extra_min_p90: float | None
    extra_min_per_year: float
    customers_kes: float
    saved_kes: int
    ends_branch: bool
    days_a_week: float | None


@dataclass(frozen=True, slots=True)
class Move:
    """Where a branch that is not needed would do more.

    `site`: a site that is not open and no duplicate there; `saved_min`, `saved_kes`: minutes one
    way, and money of customers, that it would save a year; `capital_kes`, `annual_kes`: its costs
    there.
    """

    site: int
    saved_min: float
    saved_kes: float
    capital_kes: int
    annual_kes: int


@dataclass(frozen=True, slots=True)
class PairAudit:
    """The same service at two branches within its separation, judged; positions of the problem.

    `stop` is about the one of the two that could rather stop; the other `stays`.

    `visits_stop`, `visits_stays`: yearly visits that need the service at each.
    `capacity_stop`, `capacity_stays`: visits a year that each can serve in its format, inf when
    not given. `load_after`: share of its capacity, visits or counters, that the one that stays
    would use if it took all of both, in its format; None where nothing limits it.
    `enlarged`: format that it needs for that, None for the one it has or where none is enough;
    `enlarged_kes`: what that costs more a year.
    `overlap`: share of the smaller branch's visits of the service that could be made at the other:
    it can complete them within the standard, or, where they are beyond it anyway or there is none,
    at most `longer_min` longer. 1 where it has no such visits.
    `backup_now`, `backup_after`: share of the visits of both that would have another branch in
    time if the branch they go to failed, now and after the stop.
    `services`: what stops there: the service, and those that nobody could use without it.
    `saved_kes`: of the stop, less what a larger format costs. `reason`: of this pair by itself, the
    first of `ORDER` that holds. `verdict`: that of the branch that could stop, judged together with
    all of its group; a pair can be needless by itself and its branch needed, and the other way
    round.
    """

    service: int
    stop: Stop
    stays: int
    km: float
    minutes: float
    visits_stop: float
    visits_stays: float
    capacity_stop: float
    capacity_stays: float
    load_after: float | None
    enlarged: int | None
    enlarged_kes: int
    overlap: float
    backup_now: float
    backup_after: float
    saved_kes: int
    reason: Reason
    verdict: Verdict
    advice: Advice
    services: tuple[int, ...]
    separation_km: float
    separation_min: float


@dataclass(frozen=True, slots=True)
class MemberAudit:
    """A branch of a group, judged together with the others.

    `visits`: that need the services there now. `is_in_all`: whether every smallest set of
    branches that carries the load has it; None where not all of them were looked at.
    `stop`: if it alone stopped. `gain_kes`, `gain_min`: what having it saves customers a year
    beside those named before it, in money and in minutes one way; None for those kept for load.
    """

    site: int
    visits: float
    capacity: float
    reason: Reason
    advice: Advice
    stop: Stop
    is_in_all: bool | None
    gain_kes: float | None
    gain_min: float | None
    move: Move | None = None

    @property
    def verdict(self) -> Verdict:
        """The class."""
        return verdict_of(self.reason)


@dataclass(frozen=True, slots=True)
class GroupAudit:
    """Branches that double the same services within their separation, answered together.

    `services` are always needed together, so that one answer holds for all. `pairs`: how many
    pairs the group is made of.
    `least`, `most`: how many branches carry the load, proved when equal; `carries`: whether all
    together do, in the formats they have. `least_enlarged`: how many would do if each had the
    largest format it may take. `sets`: how many smallest sets there are, None where not all were
    looked at.
    `spare`: by what the load may be multiplied until the smallest set no longer carries it; None
    without limits. `by_load`: the smallest number at other loads, None where all are too few.
    `overfull`: visits a year above what branches of the smallest set shall take, if all went to
    the nearest of them instead of where there is room.
    `backup_now`: share of the visits with another branch in time; `backup_after`: once the
    unnecessary ones stop. `saved_kes`, `customers_kes`, `extra_min_per_visit`: what stopping the
    unnecessary ones together saves a year, and costs customers.
    """

    services: tuple[int, ...]
    members: tuple[MemberAudit, ...]
    pairs: int
    visits: float
    least: int
    most: int
    carries: bool
    least_enlarged: int
    sets: int | None
    spare: float | None
    by_load: tuple[tuple[float, int | None], ...]
    overfull: float
    backup_now: float
    backup_after: float
    saved_kes: int
    customers_kes: float
    extra_min_per_visit: float | None

    @property
    def is_proved(self) -> bool:
        """Whether the smallest number is proved."""
        return self.least == self.most

    def sites(self, *verdicts: Verdict) -> tuple[int, ...]:
        """The members of some classes."""
        return tuple(each.site for each in self.members if each.verdict in verdicts)


@dataclass(frozen=True, slots=True)
class ServiceAudit:
    """How often a service is offered, against how often it is needed.

    `visits`: a year that need it. `within`: share of them with a branch in the service's standard;
    None without a standard. `second`: share with a second branch in time.
    `by_load`: fewest branches whose free capacity carries all these visits, wherever they live;
    None where all are too few. `by_standard`: fewest that keep as many visits within the standard
    as all do, None without a standard; `is_proved`: whether it is the fewest.
    `index`: branches that offer it over the larger of the two (at least 1); None where nobody
    needs it.
    """

    service: int
    branches: int
    visits: float
    within: float | None
    second: float | None
    by_load: int | None
    by_standard: int | None
    is_proved: bool
    index: float | None


@dataclass(frozen=True, slots=True)
class BranchAudit:
    """A branch beside the head office: which share of its services it offers."""

    site: int
    services: int
    shared: int
    share: float


@dataclass(frozen=True, slots=True)
class Readings:
    """The three meanings of "duplicate", each as figures of the same network.

    More of it (`share_of_head`: mean share of the head office's services at the other branches;
    `only_head`: services that it alone offers; `within`: share of visits within all standards).
    Less of it: pairs and groups by class, and `saved_kes` if the unnecessary members of groups
    stopped. Backup: `second`: share of all visits with a second branch in time.
    """

    share_of_head: float | None
    only_head: tuple[int, ...]
    within: float | None
    pairs: dict[Verdict, int]
    branches: dict[Verdict, int]
    saved_kes: int
    second: float | None


@dataclass(frozen=True, slots=True, eq=False)
class DuplicateAudit:
    """The whole audit of one network.

    `head`: position of the head office, None without branches.
    """

    thresholds: Thresholds
    pairs: tuple[PairAudit, ...]
    groups: tuple[GroupAudit, ...]
    services: tuple[ServiceAudit, ...]
    branches: tuple[BranchAudit, ...]
    head: int | None
    readings: Readings
