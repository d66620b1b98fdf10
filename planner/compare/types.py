"""What a comparison says: plain records, each ready for JSON; `told` makes them plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from planner.compare.asked import Inputs, Plain

Figure = int | float | None
Verdict = Literal["better", "worse", "same", "neither", "unknown"]
Unit = Literal["minutes", "km", "share", "visits", "count", "money", "objective"]
Direction = Literal["lower", "higher", "neither"]
MoveKind = Literal["opened", "closed", "changed"]


@dataclass(frozen=True, slots=True)
class Remark:
    """Something a reader must know, as a key to translate and what stands in its blanks.

    `members`: whom it is about, by position; empty where it is about all.
    """

    key: str
    values: Mapping[str, Plain]
    members: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Clash:
    """A rule that cannot hold together with others, as the run tells it."""

    rule: str
    text: str
    repair: str


@dataclass(frozen=True, slots=True)
class Member:
    """One side of a comparison.

    Attributes:
        name: The scenario's name; for today's network the pack's.
        kind: `run`, or `today` for today's network.
        id: Fingerprint and time, as `RunRecord.id`.
        created: When it was solved, ISO 8601; None for a network scored just now.
        status: As in `run.json`; None for today's network.
        has_figures: Whether there is a plan, so that there are figures.
        pack, pack_name, year, pack_print: Of the pack; the last is its fingerprint, "" where an
            older run does not say it.
        currency: What the pack calls its money; "" where an older run does not say it.
        objective_unit: Of the objective and its bound.
        bound: Proved bound; None where there is none. `gap` is what was proved, as a share.
        travel_error: Error of the travel model, as a share of a distance; None where unknown.
        duplicates_within: Which separation its duplicates are counted by, in short English.
        clashes: Why there is no plan, where that was proved.
        missing: What an older run does not hold, by the key of `run.json` or the file's name.
    """

    name: str
    kind: Literal["run", "today"]
    id: str
    created: str | None
    status: str | None
    has_figures: bool
    pack: str
    pack_name: str
    year: int | None
    pack_print: str
    currency: str
    version: str
    solver: str
    seed: int | None
    objective_unit: str
    bound: float | None
    gap: float | None
    travel_error: float | None
    duplicates_within: str
    clashes: tuple[Clash, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KpiCell:
    """A figure of one member, against the base.

    Attributes:
        value: As in the run's files; None where there is none.
        difference: `value` less the base's; None where the two are not to be subtracted.
        verdict: Whether that is better; `neither` where neither way is, `unknown` without figures.
        open_low, open_high: Between which two figures the difference may lie, by what the gaps
            leave open (the objective) or by the travel model's error; None where that is unknown.
        is_clear: Whether the difference keeps its sign between them; None where that is unknown
            or nothing differs.
    """

    value: Figure
    difference: Figure
    verdict: Verdict
    open_low: Figure
    open_high: Figure
    is_clear: bool | None


@dataclass(frozen=True, slots=True)
class KpiRow:
    """One figure of all members; `key` as in `run.json` (`duplicates.unnecessary`, `objective`)."""

    key: str
    unit: Unit
    better: Direction
    cells: tuple[KpiCell, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """What became of one branch against the base.

    `services_added`, `services_ended`: all of its services where it opened or closed.
    """

    kind: MoveKind
    site: str
    name: str
    area: str
    area_name: str
    services_added: tuple[str, ...]
    services_ended: tuple[str, ...]
    format_before: str | None
    format_after: str | None


@dataclass(frozen=True, slots=True)
class Moves:
    """All moves of one member against the base, and how many; None where there is no telling.

    `services_added`, `services_ended`, `formats_changed` count branches that are in both.
    """

    opened: int
    closed: int
    services_added: int
    services_ended: int
    formats_changed: int
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class PeopleCount:
    """Whose travel differs from the base by more than `THRESHOLD_MIN`; people of demand points.

    Attributes:
        total: All of them: the sum of the five that follow.
        shorter, longer, unchanged: By the mean travel of their point's visits.
        served_anew, no_longer_served: Whose visits are served by one of the two networks only.
        without_visits: Of the unchanged, those of points without visits.
        unserved: Of the unchanged, those of points whose visits neither network serves.
    """

    total: float
    shorter: float
    longer: float
    unchanged: float
    served_anew: float
    no_longer_served: float
    without_visits: float
    unserved: float


@dataclass(frozen=True, slots=True)
class AreaCell:
    """One area under one member; figures one way, None where there are none.

    `difference`: minutes against the base, less than 0 where travel is shorter; None where the
    two are not to be subtracted. `people`: None for the base, and where points cannot be compared.
    """

    mean_min: float | None
    within_standard: float | None
    branches: int | None
    difference: float | None
    people: PeopleCount | None


@dataclass(frozen=True, slots=True)
class AreaDifference:
    """One area of all members, by code; a member that tells nothing of it has None."""

    code: str
    name: str
    cells: tuple[AreaCell | None, ...]


@dataclass(frozen=True, slots=True)
class PlaceChange:
    """A demand point whose mean travel differs from the base; minutes one way."""

    point: str
    name: str
    area: str
    area_name: str
    population: float
    before_min: float
    after_min: float
    difference: float


@dataclass(frozen=True, slots=True)
class People:
    """How many people travel shorter or longer than in the base, and where most.

    `gains`, `losses`: the demand points where mean travel shortens and lengthens most, by minutes,
    most first; at most `MOST_PLACES` each.
    """

    count: PeopleCount
    gains: tuple[PlaceChange, ...]
    losses: tuple[PlaceChange, ...]


@dataclass(frozen=True, slots=True)
class BranchUse:
    """A branch of any member, and who has it."""

    site: str
    name: str
    area: str
    area_name: str
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Shared:
    """Branches in all members that have a plan, and those in some of them only."""

    in_all: tuple[BranchUse, ...]
    in_some: tuple[BranchUse, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a member stands among the others by mean travel and yearly money.

    `dominated_by`: members that are no worse in both, and in visits left unserved, and better in
    one. `is_on_frontier`: none is; None where the member cannot be put beside the others.
    """

    mean_min: float | None
    annual_kes: int | None
    dominated_by: tuple[int, ...]
    is_on_frontier: bool | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two to six members side by side, and each against the base.

    Tuples by member are in the order of `members`; `moves` and `people` hold None for the base,
    and where a member cannot be told against it (no plan, another pack, an older run).
    """

    members: tuple[Member, ...]
    base: int
    warnings: tuple[Remark, ...]
    inputs: Inputs
    kpis: tuple[KpiRow, ...]
    moves: tuple[Moves | None, ...]
    areas: tuple[AreaDifference, ...]
    people: tuple[People | None, ...]
    branches: Shared | None
    frontier: tuple[Standing, ...]


def told(comparison: Comparison) -> dict[str, Any]:
    """The comparison as plain values, for JSON."""
    return asdict(comparison)
