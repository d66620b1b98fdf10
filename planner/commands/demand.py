"""Commands about demand: who comes, how often, and from which figures that follows."""

from __future__ import annotations

import argparse
from pathlib import Path

from planner.commands.options import Add, json_flag, print_json
from planner.errors import EXIT_DONE
from planner.pack import find_pack, read_pack
from planner.terminal import say


def add_commands(add: Add) -> None:
    """Adds demand."""
    demand = add("demand", _demand, "the yearly visits per demand point and visit type")
    demand.add_argument("pack")
    demand.add_argument("--out", metavar="FILE", help="a .csv file; printed when left out")
    json_flag(demand)


def _demand(args: argparse.Namespace) -> int:
    from planner.tables import demand_summary, demand_table, write_table  # noqa: PLC0415

    pack = read_pack(find_pack(args.pack))
    table = demand_table(pack)
    summary = demand_summary(pack)
    if args.out:
        write_table(table, Path(args.out), ("csv",))
    elif not args.json:
        print(table.to_csv(index=False, lineterminator="\n"), end="")
    if args.json:
        print_json({"rows": len(table), "visit_types": summary})
    for entry in summary:
        say(
            f"{entry['visit_type']}: {entry['mode']:,.0f} visits a year "
            f"({entry['low']:,.0f} to {entry['high']:,.0f}), {entry['confidence'] or 'no mark'}"
        )
    return EXIT_DONE
