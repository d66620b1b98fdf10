"""The command about a network that is given: its scores, and what of it is doubled without need."""

from __future__ import annotations

import argparse

from planner.commands.options import (
    Add,
    is_run,
    json_flag,
    pack_or_scenario,
    print_json,
    run_folder,
)
from planner.errors import EXIT_DONE
from planner.insight.duplicates.thresholds import LIMITS
from planner.pack import builtin_packs


def add_commands(add: Add) -> None:
    """Adds audit."""
    audit = add("audit", _audit, "score a network: what is doubled in it, and whether it is needed")
    audit.add_argument(
        "subject",
        metavar="PACK_OR_SCENARIO_OR_RUN",
        help="a pack: today's network; a scenario: with the sites that it opens; a run: its plan",
    )
    audit.add_argument(
        "--threshold", action="append", default=[], metavar="KEY=VALUE",
        help=f"may be given again: {', '.join(LIMITS)}, head_office",
    )  # fmt: skip
    audit.add_argument(
        "--wanted", action="append", default=[], metavar="SITE[:SERVICE]",
        help="a branch, or a service there, that is wanted in any case; may be given again",
    )  # fmt: skip
    json_flag(audit)


def _audit(args: argparse.Namespace) -> int:
    from planner.audit import audit_lines, found_of, listed, of_run, told  # noqa: PLC0415 - scipy
    from planner.insight.duplicates.thresholds import (  # noqa: PLC0415
        thresholds_of,
        with_changes,
    )
    from planner.insight.duplicates.told import audit_words  # noqa: PLC0415
    from planner.runs import read_run  # noqa: PLC0415

    if args.subject not in builtin_packs() and is_run(args.subject):
        asked = of_run(read_run(run_folder(args.subject)))
    else:
        asked = listed(*pack_or_scenario(args.subject))
    ids = asked.problem
    limits = with_changes(
        thresholds_of(asked.pack), args.threshold, args.wanted, ids.site_ids, ids.service_ids
    )
    found = found_of(asked, limits)
    values = told(asked, found)
    if args.json:
        print_json(values)
        return EXIT_DONE
    for text in audit_lines(values, asked.pack):
        print(text)
    if found is not None:
        print("  judged together:")
        for text in audit_words(found, asked.pack):
            print(text)
    return EXIT_DONE
