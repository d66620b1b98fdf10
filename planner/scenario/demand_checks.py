"""What keeps a scenario's demand from being worked out: figures that the pack does not give."""

from __future__ import annotations

from collections.abc import Iterator

from planner.demand.account import assisted_points, base_year, growth_of
from planner.demand.segments import dimensions, segments_of
from planner.errors import Fault, nearest
from planner.pack.figures import NOT_SAID
from planner.pack.types import Pack
from planner.scenario.faults import fault, unknown_names
from planner.scenario.names import Names
from planner.scenario.schema import ChannelRule, ChannelsSection, Scenario

LONGEST_YEARS = 50
AREA = "the code or exact name of an area"
_PACK_FILE = "customers.toml"


def demand_faults(pack: Pack, scenario: Scenario, names: Names) -> Iterator[Fault]:
    """Every fault of `[demand]` and `[channels]`."""
    yield from _year_faults(pack, scenario)
    yield from _weight_faults(pack, scenario)
    if scenario.demand.choice == "huff" and pack.customers.choice is None:
        yield fault("demand.choice", "huff", "nearest", _add("[choice]"))
    channels = scenario.channels
    every = [kind.id for kind in pack.visit_types]
    yield from _lever_faults(pack, "channels", channels, every)
    for number, rule in enumerate(channels.where):
        place = f"channels.where.{number}"
        kinds, areas = f"{place}.visit_types", f"{place}.areas"
        yield from unknown_names(kinds, rule.visit_types, names.visit_type, "an id of the pack")
        yield from unknown_names(areas, rule.areas, names.area, AREA)
        named = [each for each in rule.visit_types if each in names.visit_type]
        yield from _lever_faults(pack, place, rule, named or every)
    minutes = [entry.counter_min_per_visit for entry in pack.services]
    if channels.minutes != 1.0 and all(each is None for each in minutes):
        message = "services.csv gives no counter_min_per_visit, so this would change nothing."
        yield fault("channels.minutes", f"{channels.minutes:g}", "1.0", message)


def _add(key: str) -> str:
    return f"The pack has no figures for this; add {key} to its {_PACK_FILE}."


def _year_faults(pack: Pack, scenario: Scenario) -> Iterator[Fault]:
    year, base = scenario.demand.year, base_year(pack)
    if year is None:
        return
    if base is None:
        message = "The pack does not say which year its visits are for; add year to pack.toml."
        yield fault("demand.year", str(year), "left out", message)
        return
    if not base <= year <= base + LONGEST_YEARS:
        expected = f"{base} to {base + LONGEST_YEARS}"
        yield fault("demand.year", str(year), expected, f"The pack's visits are for {base}.")
    elif year > base:
        silent = [kind.id for kind in pack.visit_types if growth_of(pack, kind.id) is None]
        if silent:
            message = _add("[growth]") + f" Without growth: {', '.join(silent)}."
            yield fault("demand.year", str(year), str(base), message)


def _weight_faults(pack: Pack, scenario: Scenario) -> Iterator[Fault]:
    asked = scenario.demand.need_weights
    key = "demand.need_weights"
    known = dimensions(pack)
    for number, name in enumerate(asked):
        if name in asked[:number]:
            yield fault(key, name, "each dimension once", "Leave the second one out.")
        elif name not in known:
            alike = nearest(name, known, count=3)
            hint = f"Did you mean {' or '.join(alike)}?" if alike else _add("[[segments]]")
            yield fault(key, name, " | ".join(known) or "[]", hint)
        elif all(each.need_weight.mark == NOT_SAID for each in segments_of(pack, name)):
            yield fault(key, name, "a dimension with weights", _add("[segments.need_weight]"))
    if asked and scenario.objective.minimize == "total_cost":
        message = (
            "total_cost adds travel to the money of branches, and weighted shillings are no money; "
            "minimise travel_time, travel_distance or travel_cost."
        )
        yield fault(key, ", ".join(asked), "[]", message)


def _lever_faults(
    pack: Pack, place: str, rule: ChannelRule | ChannelsSection, kinds: list[str]
) -> Iterator[Fault]:
    """Levers that are pulled without the figures that say what they do."""
    customers = pack.customers
    given = [customers.alternatives[kind] for kind in kinds if kind in customers.alternatives]
    has_point = bool(assisted_points(pack).any())
    named = "some visit type" if len(kinds) == len(pack.visit_types) else " or ".join(kinds)
    remote = (any(each.remote is not None for each in given), f"remote of {named}")
    online = (customers.online is not None, "[online_reach]")
    needed = {
        "online": (online, remote),
        "assisted": (online, remote, (has_point, "assisted_hosts with a host of some site")),
        "information": (
            (customers.information is not None, "[information]"),
            (any(each.wasted is not None for each in given), f"wasted of {named}"),
        ),
    }
    for lever, parts in needed.items():
        value = getattr(rule, lever)
        lacks = [key for is_there, key in parts if not is_there]
        if value and lacks:
            yield fault(f"{place}.{lever}", f"{value:g}", "0", _add(" and ".join(lacks)))
