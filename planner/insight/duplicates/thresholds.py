"""From where on a repeated service is called needed: thresholds with units, and how to set them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace

from planner.errors import UsageError, nearest
from planner.pack.types import Pack


@dataclass(frozen=True, slots=True)
class Limit:
    """A threshold's unit and the values that it may take."""

    unit: str
    least: float
    most: float
    meaning: str


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What the classes of the audit depend on; all of them are assumptions unless a pack says so.

    `separation_km`: one separation for all services in place of their own; None: their own.
    `head_office`: id of the site that others are held against; "": the branch with most services.
    `wanted`: ids of sites, or SITE:SERVICE, whose doubling is wanted whatever the figures say.
    """

    overlap: float = 0.6
    longer_min: float = 30.0
    utilisation: float = 0.85
    worth: float = 1.0
    backup: float = 0.5
    merge_min: float = 30.0
    outreach_days: float = 0.5
    separation_km: float | None = None
    head_office: str = ""
    wanted: frozenset[str] = field(default_factory=frozenset)

    @property
    def numbers(self) -> dict[str, float | None]:
        """The thresholds that are numbers, by name."""
        return {name: getattr(self, name) for name in LIMITS}


LIMITS: Mapping[str, Limit] = {
    "overlap": Limit(
        "share", 0, 1, "visits of the smaller branch that could as well be made at the other"
    ),
    "longer_min": Limit(
        "min, one way", 0, 1440, "longer way that still counts where no standard is kept anyway"
    ),
    "utilisation": Limit("share", 0.05, 1, "of its capacity that a branch shall at most use"),
    "worth": Limit(
        "ratio", 0, 1000, "cost to customers over money saved, from which stopping does not pay"
    ),
    "backup": Limit("share", 0, 1, "visits that shall keep a second branch within the standard"),
    "merge_min": Limit("min, one way", 0, 1440, "longer way up to which merging is proposed"),
    "outreach_days": Limit("days a week", 0, 5, "work up to which outreach is proposed"),
    "separation_km": Limit("km", 0, 5000, "separation for all services in place of their own"),
}


def thresholds_of(pack: Pack) -> Thresholds:
    """The thresholds to begin with: the pack's own aim for how full counters are, else 0.85."""
    return replace(Thresholds(), utilisation=float(pack.customers.opening.utilisation.value))


def with_changes(
    given: Thresholds,
    changes: Iterable[str],
    wanted: Iterable[str],
    sites: Iterable[str],
    services: Iterable[str],
) -> Thresholds:
    """Thresholds with changes as the command line gives them, each `key=value`.

    Args:
        given: The thresholds to begin with.
        changes: `overlap=0.7`, `head_office=ID`; `separation_km=own` takes a separation back.
        wanted: `SITE` or `SITE:SERVICE`.
        sites: The ids of the pack's sites.
        services: The ids of its services.

    Raises:
        UsageError: Every change that cannot be read, with what is expected.
    """
    known_sites, known_services = frozenset(sites), frozenset(services)
    found: dict[str, object] = {}
    faults: list[str] = []
    for text in changes:
        key, _, value = (part.strip() for part in text.partition("="))
        if key == "head_office":
            found[key] = value
            faults += _unknown("head_office", value, known_sites, "site")
        elif key not in LIMITS:
            alike = nearest(key, (*LIMITS, "head_office"), count=2)
            known = f"Known: {', '.join(LIMITS)}, head_office"
            hint = f"Did you mean {' or '.join(alike)}?" if alike else known
            faults.append(f"There is no threshold {key or text}. {hint}")
        elif key == "separation_km" and value == "own":
            found[key] = None
        else:
            number, fault = _number(key, value)
            found[key] = number
            faults += fault
    for text in wanted:
        site, _, service = text.partition(":")
        faults += _unknown("--wanted", site, known_sites, "site")
        if service:
            faults += _unknown("--wanted", service, known_services, "service")
    if faults:
        raise UsageError("\n".join(faults))
    both = given.wanted | frozenset(wanted)
    names = {entry.name for entry in fields(Thresholds)}
    return replace(given, wanted=both, **{k: v for k, v in found.items() if k in names})  # type: ignore[arg-type]


def _number(key: str, text: str) -> tuple[float, list[str]]:
    limit = LIMITS[key]
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if limit.least <= value <= limit.most:
        return value, []
    expected = f"a number from {limit.least:g} to {limit.most:g} ({limit.unit})"
    return 0.0, [f"{key}={text}: found {text or 'nothing'}; expected {expected}"]


def _unknown(where: str, name: str, known: frozenset[str], what: str) -> list[str]:
    if name in known:
        return []
    alike = nearest(name, tuple(sorted(known)), count=2)
    hint = f" Did you mean {' or '.join(alike)}?" if alike else ""
    return [f"{where}: there is no {what} {name or '(nothing)'} in this pack.{hint}"]
