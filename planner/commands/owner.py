"""The command that says whose a kept thing is, and gives it to somebody else."""

from __future__ import annotations

import argparse

from planner.commands.notes import SUBJECT, subject_named
from planner.commands.options import Add, json_flag, print_json
from planner.errors import EXIT_DONE, UsageError
from planner.people import LONGEST, Person


def add_commands(add: Add) -> None:
    """Adds owner."""
    owner = add("owner", _owner, "whose a run, a scenario or a study is, and who sees it")
    owner.add_argument("subject", metavar="SUBJECT", help=SUBJECT)
    whose = owner.add_mutually_exclusive_group()
    whose.add_argument("--give", metavar="ID", help="to a person, by the id they sign in with")
    whose.add_argument("--to-all", action="store_true", help="to everybody")
    owner.add_argument("--name", help="what people call them, with --give; the id when left out")
    sight = owner.add_mutually_exclusive_group()
    sight.add_argument("--private", action="store_true", help="only its owner sees it")
    sight.add_argument("--shown", action="store_true", help="all who sign in see it")
    json_flag(owner)


def _owner(args: argparse.Namespace) -> int:
    from planner.runs.store import open_store  # noqa: PLC0415 - loads the database

    subject, person = subject_named(args.subject), _person(args)
    with open_store() as store:
        if person is not None or args.to_all:
            store.owners.give(subject, person)
        if args.private or args.shown:
            store.owners.set_private(subject, is_private=args.private)
        found = store.owners.of(subject)
    if args.json:
        told = (
            {"id": found.id, "name": found.name, "is_private": found.is_private} if found else None
        )
        print_json({"subject": args.subject, "owner": told})
    elif found is None:
        print("everybody's")
    else:
        print(f"{found.name} ({found.id}){', private' if found.is_private else ''}")
    return EXIT_DONE


def _person(args: argparse.Namespace) -> Person | None:
    """The person that something is given to; None for nobody.

    Raises:
        UsageError: The id or the name is none.
    """
    if args.give is None:
        if args.name is not None:
            raise UsageError("--name goes with --give.")
        return None
    words = [args.give.strip(), (args.name or args.give).strip()]
    if any(not 0 < len(each) <= LONGEST or not each.isprintable() for each in words):
        raise UsageError(f"--give and --name take a line of 1 to {LONGEST} characters.")
    return Person(*words)
