"""The keys of a scenario file: their kinds, limits and defaults."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_serializer,
    field_validator,
    model_validator,
)

from planner.pack.travel_types import TravelModel
from planner.problem import DuplicateRule, Objective

LONGEST_NAME = 200


def _whole(value: Any) -> Any:
    """`450e6` is a fair way to write whole shillings in TOML."""
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        return int(value)
    return value


Count = Annotated[int, BeforeValidator(_whole), Field(ge=0, le=1_000_000, strict=True)]
Kes = Annotated[int, BeforeValidator(_whole), Field(ge=0, le=10**15, strict=True)]
Share = Annotated[float, Field(ge=0, le=1)]
Minutes = Annotated[float, Field(ge=0, le=1e6)]
Km = Annotated[float, Field(ge=0, le=1e5)]
Seed = Annotated[int, Field(ge=0, le=2_147_483_647, strict=True)]
Names = Annotated[tuple[str, ...], Field(strict=False)]


class Section(BaseModel):
    """A table of the scenario file: frozen, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=True)


class ObjectiveSection(Section):
    """What is made small; `tail_share` is the weight of the worst-served `tail_beta`."""

    minimize: Objective = "travel_time"
    tail_share: Share = 0.0
    tail_beta: Annotated[float, Field(gt=0, le=1)] = 0.10


class BranchCount(Section):
    """How many branches, and how many of them may be new."""

    min: Count | None = None
    max: Count | None = None
    exactly: Count | None = None
    new_max: Count | None = None

    @model_validator(mode="after")
    def _one_way_to_say_it(self) -> Self:
        if self.exactly is not None and (self.min is not None or self.max is not None):
            raise ValueError("either exactly, or min and max")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"min at most max ({self.min} > {self.max})")
        return self


class Budget(Section):
    """At most so much, in whole shillings: for all, and for a division by its name."""

    max: Kes | None = None
    divisions: dict[str, Kes] = Field(default_factory=dict)


class Floor(Section):
    """Least branches in every area, in named areas, and least that offer a service in each."""

    min: Count = 0
    areas: dict[str, Count] = Field(default_factory=dict)
    services: dict[str, Count] = Field(default_factory=dict)


class RulesSection(Section):
    """Limits on the network.

    `formats` left out: those that the pack lists for each site. "off": none, every branch is
    plain. A list of ids: these for every candidate and proposed site that lists none itself.
    """

    branches: BranchCount = BranchCount()
    capital_kes: Budget = Budget()
    annual_kes: Budget = Budget()
    existing: Literal["keep", "may_change", "may_close"] = "keep"
    mix: Literal["free", "as_listed"] = "free"
    formats: Literal["off"] | tuple[str, ...] | None = None
    branches_per_area: Floor = Floor()
    capacity: Literal["off", "soft", "hard"] = "off"
    counters: Literal["pooled", "by_service"] = "pooled"
    assignment: Literal["split", "single"] = "split"

    @field_validator("formats", mode="plain")
    @classmethod
    def _off_or_ids(cls, value: Any) -> Literal["off"] | tuple[str, ...] | None:
        if value is None:
            return None
        if value == "off":
            return "off"
        ids = tuple(value) if isinstance(value, list | tuple) else ()
        if not ids or not all(isinstance(each, str) for each in ids) or len({*ids}) < len(ids):
            raise ValueError('"off", or a list of format ids, each once')
        return ids

    @field_serializer("formats")
    def _as_written(self, value: str | tuple[str, ...] | None) -> str | list[str] | None:
        return list(value) if isinstance(value, tuple) else value


class DuplicatesSection(Section):
    """What happens to the same service at two branches within its separation.

    `rule` left out is price, or allow where distances between sites are unknown (a pack without
    places). A separation given here replaces the pack's separations of every service and area;
    the dense one is for two sites that both lie in dense areas.
    """

    rule: DuplicateRule = "price"
    max: Count = 0
    price_min_per_visit: Minutes = 0.1
    separation_km: Km | None = None
    separation_dense_km: Km | None = None
    separation_min: Minutes | None = None
    separation_dense_min: Minutes | None = None
    justified_by_load: bool = True

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        if self.separation_km is not None and self.separation_min is not None:
            raise ValueError("either separation_km or separation_min")
        for measure in ("km", "min"):
            dense = getattr(self, f"separation_dense_{measure}")
            if dense is not None and getattr(self, f"separation_{measure}") is None:
                raise ValueError(f"separation_{measure} beside separation_dense_{measure}")
        return self


class StandardRule(Section):
    """The share of a service's visits that must travel no longer than `within_min`.

    `scope` area: the share holds in every area by itself. `areas`: other shares for named areas,
    alone or on top of `share`. `within_min` left out is the service's standard_min.
    """

    share: Share | None = None
    mode: Literal["hard", "soft"] = "hard"
    scope: Literal["national", "area"] = "national"
    within_min: Annotated[float, Field(gt=0, le=1e6)] | None = None
    areas: dict[str, Share] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _a_number_is_the_share(cls, value: Any) -> Any:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return {"share": value} if is_number else value

    @model_validator(mode="after")
    def _some_share(self) -> Self:
        if self.share is None and (self.scope == "area" or not self.areas):
            raise ValueError("a share" if self.scope == "area" else "a share, or areas with shares")
        return self


class DemandSection(Section):
    """Whose visits: of which year, at which end of the figures, and how people count.

    `need_weights` names dimensions of segments: a minute of each person counts by the weight of
    the segments. `choice`: how the origins of recorded visits are told.
    """

    year: Annotated[int, Field(ge=1, le=9999, strict=True)] | None = None
    level: Literal["mode", "low", "high"] = "mode"
    records: bool = True
    need_weights: Names = ()
    choice: Literal["nearest", "huff"] = "nearest"


class ChannelRule(Section):
    """Other values of the levers for some visit types and areas; none named: all of them."""

    visit_types: Names = ()
    areas: Names = ()
    online: Share | None = None
    assisted: Share | None = None
    information: Share | None = None

    @model_validator(mode="after")
    def _some_lever(self) -> Self:
        if self.online is None and self.assisted is None and self.information is None:
            raise ValueError("online, assisted or information")
        return self


class ChannelsSection(Section):
    """How far the levers are pulled, 0 to 1; `minutes` is what is left of counter minutes."""

    online: Share = 0.0
    assisted: Share = 0.0
    information: Share = 0.0
    minutes: Annotated[float, Field(gt=0, le=10)] = 1.0
    where: Annotated[tuple[ChannelRule, ...], Field(strict=False)] = ()


class SitesSection(Section):
    """Locks by the site's id: sites open or closed, services offered or withheld, formats."""

    open: Names = ()
    closed: Names = ()
    offer: dict[str, Names] = Field(default_factory=dict)
    withhold: dict[str, Names] = Field(default_factory=dict)
    formats: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _no_two_ways(self) -> Self:
        both = sorted({*self.open} & {*self.closed})
        if both:
            raise ValueError(f"each site locked open or closed, not both ({', '.join(both)})")
        both = sorted({*self.closed} & {site for site, names in self.offer.items() if names})
        if both:
            raise ValueError(f"no offer at a site that is locked closed ({', '.join(both)})")
        both = [
            f"{site}: {name}"
            for site, names in self.offer.items()
            for name in names
            if name in self.withhold.get(site, ())
        ]
        if both:
            raise ValueError(f"each service offered or withheld, not both ({', '.join(both)})")
        return self


class TravelSection(Section):
    """How far it is: by which model, and by which mode of the pack.

    The model left out is the pack's own; the mode left out is door to door at the model's speeds.
    """

    model: TravelModel | None = None
    mode: str | None = None
    impedance: Literal["minutes", "km", "kes"] | None = None


class SolveSection(Section):
    """How long, how exact, and with what."""

    time_limit_s: Annotated[float, Field(gt=0, le=86_400)] = 120.0
    gap: Share = 0.001
    solver: Literal["highs", "cbc"] = "highs"
    threads: Annotated[int, Field(ge=1, le=64, strict=True)] = 1
    seed: Seed = 0


class OriginSection(Section):
    """The run that wrote this scenario: what was solved, on which pack, by which version.

    No rule: a scenario that is edited keeps it, and solving says what is not the same any more.
    """

    problem: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    pack: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    version: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
    seed: Seed | None = None


class Phase(Section):
    """One stage of a roadmap: its own limits, in place of those in [rules] that it names."""

    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
    branches: BranchCount | None = None
    capital_kes: Budget | None = None
    annual_kes: Budget | None = None


class Scenario(Section):
    """Named rules on a pack. `pack` is a built-in id, or a path relative to the file."""

    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
    pack: Annotated[str, Field(min_length=1)]
    description: str = ""
    objective: ObjectiveSection = ObjectiveSection()
    rules: RulesSection = RulesSection()
    duplicates: DuplicatesSection = DuplicatesSection()
    standards: dict[str, StandardRule] = Field(default_factory=dict)
    demand: DemandSection = DemandSection()
    channels: ChannelsSection = ChannelsSection()
    sites: SitesSection = SitesSection()
    travel: TravelSection = TravelSection()
    solve: SolveSection = SolveSection()
    phases: Annotated[tuple[Phase, ...], Field(strict=False)] = ()
    origin: OriginSection | None = None

    @model_validator(mode="after")
    def _phases_by_name(self) -> Self:
        names = [phase.name for phase in self.phases]
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            raise ValueError(f"phases with different names ({', '.join(doubled)} is there twice)")
        return self
