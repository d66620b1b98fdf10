"""Commands about demand: who comes, how often, and from which figures that follows."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path

from planner.commands.options import Add, json_flag, pack_or_scenario, print_json
from planner.demand.chain import chain_of
from planner.demand.chain_told import chain_lines, chain_told
from planner.errors import EXIT_DONE, UsageError, nearest
from planner.pack.types import Pack
from planner.scenario.demanded import Demand, demand
from planner.terminal import say


def add_commands(add: Add) -> None:
    """Adds demand."""
    parser = add("demand", _demand, "the yearly visits, and the chain of figures behind each")
    parser.add_argument("subject", metavar="PACK_OR_SCENARIO")
    parser.add_argument("--out", metavar="FILE", help="a .csv file; printed when left out")
    parser.add_argument("--visit-type", metavar="ID", help="the chain of figures of a visit type")
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--area", metavar="CODE", help="the chain of figures of an area")
    place.add_argument("--point", metavar="ID", help="the chain of figures of a demand point")
    json_flag(parser)


def _demand(args: argparse.Namespace) -> int:
    from planner import tables  # noqa: PLC0415 - loads pandas

    pack, scenario = pack_or_scenario(args.subject)
    told = demand(pack, scenario)
    if args.visit_type or args.area or args.point:
        return _chains(args, told)
    table = tables.demand_table(told)
    summary = tables.demand_summary(told)
    if args.out:
        tables.write_table(table, Path(args.out), ("csv",))
    elif not args.json:
        print(table.to_csv(index=False, lineterminator="\n"), end="")
    if args.json:
        print_json({"rows": len(table), "visit_types": summary, "notes": list(told.remarks)})
    for entry in summary:
        left = f", {entry['branch']:,.0f} of them at branches" if "branch" in entry else ""
        level = "" if entry["level"] == "mode" else f" with {entry['level']} figures"
        say(
            f"{entry['visit_type']}: {entry['value']:,.0f} visits a year{level} "
            f"({entry['low']:,.0f} to {entry['high']:,.0f}){left}, "
            f"{entry['confidence'] or 'no mark'}"
        )
        if told.asked.planned is not told.asked.model:  # records stand in place of the model
            say(f"  {entry['source']}")
    for remark in told.remarks:
        say(f"note: {remark}")
    return EXIT_DONE


def _chains(args: argparse.Namespace, told: Demand) -> int:
    if args.out:
        raise UsageError("--out writes the table of all visits; leave out --area, --point and "
                         "--visit-type, or print the chain with --json.")  # fmt: skip
    pack = told.asked.pack
    names = {kind.id: kind.name for kind in pack.visit_types}
    kinds = [_known("--visit-type", args.visit_type, names)] if args.visit_type else list(names)
    area = _area(pack, args.area) if args.area else None
    points = {entry.id: entry.name for entry in pack.demand_points}
    point = _known("--point", args.point, points) if args.point else None
    chains = [chain_of(told.asked, kind, area=area, point=point) for kind in kinds]
    if args.json:
        print_json({"chains": [chain_told(chain) for chain in chains]})
        return EXIT_DONE
    for chain in chains:
        for text in chain_lines(chain, names[chain.visit_type], f"every {pack.area_label}"):
            print(text)
    return EXIT_DONE


def _area(pack: Pack, given: str) -> str:
    """The code of an area that is given by code or exact name."""
    codes = {entry.code: entry.name for entry in pack.areas}
    named = [entry.code for entry in pack.areas if entry.name == given]
    if given not in codes and len(named) == 1:
        return named[0]
    return _known("--area", given, codes)


def _known(option: str, given: str, known: Mapping[str, str]) -> str:
    if given in known:
        return given
    both: Iterable[str] = (*known, *known.values())
    alike = nearest(given, both, count=3)
    hint = f"Did you mean {' or '.join(alike)}?" if alike else "It is not in the pack."
    raise UsageError(f"{option}: found {given}; expected an id of the pack. {hint}")
