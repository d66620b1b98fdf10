"""What agencies weigh: `[agency_weights.NAME]` of `voices.toml`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planner.errors import nearest
from planner.pack.toml_file import Keys
from planner.pack.voice_types import OUTCOMES, AgencyWeights


def read_agency_weights(
    keys: Keys, services: Mapping[str, str] | None
) -> tuple[AgencyWeights, ...]:
    """What each agency weighs: `[agency_weights.NAME]` with services, outcomes and a mark."""
    table = keys.table("agency_weights")
    if table is None:
        return ()
    agencies = []
    for agency in table.values:
        entry = table.table(agency)
        if entry is None:
            continue
        by_service = _weights(entry, "services", None if services is None else tuple(services))
        by_outcome = _weights(entry, "outcomes", OUTCOMES)
        known = {each: by_outcome[each] for each in OUTCOMES if each in by_outcome}
        agencies.append(AgencyWeights(agency, by_service, known, entry.mark(required=True)))
        entry.refuse_others()
        if not sum(by_service.values()) + sum(by_outcome.values()) > 0:
            entry.fault("services", "no weight above 0", "weights of services or of outcomes")
    return tuple(agencies)


def _weights(entry: Keys, key: str, known: Sequence[str] | None) -> dict[str, float]:
    table = entry.table(key)
    if table is None:
        return {}
    weights = {}
    for name in table.values:
        weight = table.number(name, required=True, low=0)
        if known is not None and name not in known:
            near = nearest(name, known)
            hint = f"Did you mean {near[0]}?" if near else ""
            expected = "the id of a service" if key == "services" else " or ".join(known)
            table.fault(name, name, expected, hint)
        if weight is not None:
            weights[name] = weight
    return weights
