"""The command about modes of travel: who goes on foot, by bus or by car, and what that costs."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from planner.commands.asking import ask, solving_options
from planner.commands.options import Add, is_run, pack_or_scenario, print_json
from planner.errors import EXIT_DONE, UsageError
from planner.pack.types import Pack
from planner.terminal import travel_lines

if TYPE_CHECKING:
    from planner.evaluate.modes import TravelUse, Trips
    from planner.plan import Plan
    from planner.problem import PlanningProblem
    from planner.scenario import Scenario

_NO_MODES = (
    "The pack {pack} gives no modes of travel. Bring modes.toml; docs/pack.md says what is in it."
)


def add_commands(add: Add) -> None:
    """Adds modes."""
    parser = add(
        "modes", _modes, "who travels on foot, by bus, by car, how long it takes and what it costs"
    )
    parser.add_argument("subject", metavar="PACK|RUN_OR_SCENARIO")
    solving_options(parser)


def _modes(args: argparse.Namespace) -> int:
    if not is_run(args.subject):
        pack, scenario = pack_or_scenario(args.subject)
        _require_modes(pack)  # before anything is solved
        if scenario is None:
            return _of_today(pack, args)
    return ask(
        args,
        lambda asked, _: _asked(
            asked.pack, asked.scenario, asked.report.problem, asked.report.plan
        ),
    )


def _of_today(pack: Pack, args: argparse.Namespace) -> int:
    from planner import evaluate, scenario  # noqa: PLC0415

    asked = scenario.Scenario(name="today", pack=args.subject)
    problem = scenario.build(pack, asked)
    plan = evaluate.todays_network(problem)
    if plan is None:
        raise UsageError("This pack has no branch today. Ask about a scenario or a run instead.")
    told, lines = _asked(pack, asked, problem, plan)
    if args.json:
        print_json(told)
    else:
        for line in (*lines, *travel_lines(problem.travel, pack)):
            print(line)
    return EXIT_DONE


def _require_modes(pack: Pack) -> None:
    if not pack.modes:
        raise UsageError(_NO_MODES.format(pack=pack.id))


def _asked(
    pack: Pack, scenario: Scenario, problem: PlanningProblem, plan: Plan | None
) -> tuple[dict[str, Any], list[str]]:
    from planner.evaluate.modes import who_travels_how  # noqa: PLC0415
    from planner.scenario.travel import model_of  # noqa: PLC0415
    from planner.travel import measured_times, travel_times  # noqa: PLC0415

    if plan is None:
        raise AssertionError  # `ask` goes no further without a plan
    _require_modes(pack)
    model = model_of(pack, scenario)
    measured, usual = measured_times(pack, model), travel_times(pack, model)
    if measured.unknown:
        raise UsageError("Modes go by kilometres and minutes, and the matrix gives costs only.")
    told = modes_told(pack, scenario, who_travels_how(pack, problem, plan, measured, usual))
    return told, list(_lines(told, pack))


# -- plain values --------------------------------------------------------------------------


def modes_told(pack: Pack, scenario: Scenario, use: TravelUse) -> dict[str, Any]:
    """Who travels how as plain values; shares are of visits unless they say otherwise."""
    from planner.evaluate.modes import BANDS_KM  # noqa: PLC0415

    ids = [mode.id for mode in pack.modes]
    totals = {name: _total(use.whole, name) for name in ("km", "minutes", "fare_kes", "kes")}

    def shares(visits: Any) -> dict[str, float]:
        whole = float(visits.sum())
        return {
            name: float(v) / whole if whole else 0.0 for name, v in zip(ids, visits, strict=True)
        }

    return {
        "name": scenario.name,
        "pack": pack.id,
        "currency": pack.currency,
        "mode_of_scenario": scenario.travel.mode,
        "visits_without_route": use.without_route,
        "mixed": _trips_told(use.whole),
        "without_mode": _trips_told(use.door_to_door),
        "modes": [
            {
                "mode": mode.id,
                "name": mode.name,
                "share_of_visits": taken.visits / use.whole.visits if use.whole.visits else 0.0,
                **{
                    f"share_of_{name}": _total(taken, name) / whole if whole else 0.0
                    for name, whole in totals.items()
                },
                **_trips_told(taken),
                "alone": _trips_told(alone),
            }
            for mode, taken, alone in zip(pack.modes, use.modes, use.only, strict=True)
        ],
        "distances": [
            {
                "from_km": start,
                "to_km": end,
                "visits_per_year": float(visits.sum()),
                "shares": shares(visits),
            }
            for start, end, visits in zip(BANDS_KM, (*BANDS_KM[1:], None), use.bands, strict=True)
        ],
        "groups": [
            {
                "segments": list(names),
                "visits_per_year": float(visits.sum()),
                "shares": shares(visits),
            }
            for names, visits in zip(use.group_names, use.groups, strict=True)
            if names
        ],
        "areas": [
            {
                "area": area.code,
                "name": area.name,
                **_trips_told(trips),
                "shares": shares(visits),
            }
            for area, trips, visits in zip(pack.areas, use.area_trips, use.areas, strict=True)
            if trips.visits
        ],
    }


def _total(trips: Trips, name: str) -> float:
    each = getattr(trips, name)
    return 0.0 if each is None else float(each * trips.visits)


def _trips_told(trips: Trips) -> dict[str, Any]:
    return {
        "visits_per_year": trips.visits,
        "mean_km": trips.km,
        "mean_min": trips.minutes,
        "mean_fare_kes": trips.fare_kes,
        "mean_kes": trips.kes,
        "visits_too_far": trips.left_out,
    }


# -- words ---------------------------------------------------------------------------------


def _lines(told: dict[str, Any], pack: Pack) -> Iterator[str]:
    names = {mode.id: mode.name for mode in pack.modes}
    asked = told["mode_of_scenario"]
    yield (
        "Where each customer takes the cheapest mode that they can use, the time included "
        f"({told['mixed']['visits_per_year']:,.0f} visits a year):"
    )
    for mode in sorted(told["modes"], key=lambda each: -each["share_of_visits"]):
        yield f"  {mode['name']}: {mode['share_of_visits']:.1%} of the visits" + (
            f", {mode['share_of_km']:.1%} of the km; {_means(mode, told['currency'])}"
            if mode["visits_per_year"]
            else ""
        )
    yield f"  all: {_means(told['mixed'], told['currency'])}"
    if told["visits_without_route"]:
        yield f"  {told['visits_without_route']:,.0f} visits a year have no route"
    yield "By distance one way:"
    for band in told["distances"]:
        if band["visits_per_year"]:
            end = " km and more" if band["to_km"] is None else f" to {band['to_km']:g} km"
            yield f"  {band['from_km']:g}{end}: {_shares(band, names)}"
    if told["groups"]:
        yield "By group (all make as many visits a head):"
        called = {each.id: each.name for each in pack.customers.segments}
        for group in told["groups"]:
            who = ", ".join(called[each] for each in group["segments"])
            yield f"  {who}: {_shares(group, names)}"
    yield f"By {pack.area_label}:"
    for area in told["areas"]:
        yield f"  {area['name']}: {_shares(area, names)}; {_means(area, told['currency'])}"
    yield "All visits by one mode alone, people going where they are sent now:"
    for mode in told["modes"]:
        alone = mode["alone"]
        far = alone["visits_too_far"]
        yield (
            f"  {mode['name']}: "
            + (_means(alone, told["currency"]) if alone["visits_per_year"] else "nobody gets there")
            + (f"; {far:,.0f} visits are too far" if far else "")
        )
    yield f"  door to door, without a mode: {_means(told['without_mode'], told['currency'])}"
    yield (
        "The plan counts no mode (travel.mode): minutes are door to door."
        if asked is None
        else f"The plan counts {names.get(asked, asked)} (travel.mode)."
    )


def _means(trips: dict[str, Any], currency: str) -> str:
    if not trips["visits_per_year"]:
        return "no visits"
    return (
        f"{trips['mean_min']:.0f} min and {trips['mean_km']:.1f} km one way, {currency} "
        f"{trips['mean_fare_kes']:,.0f} a return trip ({trips['mean_kes']:,.0f} with the time)"
    )


def _shares(entry: dict[str, Any], names: dict[str, str]) -> str:
    told = [f"{names[mode]} {share:.1%}" for mode, share in entry["shares"].items() if share > 0]
    return ", ".join(told)
