"""Commands for notes and tags on scenarios, runs and studies."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, get_args

from planner.commands.options import Add, json_flag, print_json
from planner.commands.shown import note_lines, plain
from planner.errors import EXIT_DONE, UsageError
from planner.terminal import say

if TYPE_CHECKING:
    from planner.runs.store import Store, Subject

SUBJECT = "run:ID, scenario:ID or study:ID; the id may be shortened"


def add_commands(add: Add) -> None:
    """Adds note, notes and tag."""
    note = add("note", _note, "add a note to a run, a scenario or a study that is kept")
    note.add_argument("subject", metavar="SUBJECT", help=SUBJECT)
    note.add_argument("text", metavar="TEXT")
    json_flag(note)
    notes = add("notes", _notes, "the notes on a run, a scenario or a study that is kept")
    notes.add_argument("subject", metavar="SUBJECT", help=SUBJECT)
    json_flag(notes)
    tag = add("tag", _tag, "give tags to a run, a scenario or a study that is kept")
    tag.add_argument("subject", metavar="SUBJECT", help=SUBJECT)
    tag.add_argument("names", nargs="+", metavar="NAME")
    tag.add_argument("--remove", action="store_true", help="take these tags away")
    json_flag(tag)


def _note(args: argparse.Namespace) -> int:
    subject = subject_named(args.subject)
    with _store() as store:
        note = store.notes.add(subject, args.text)
    if args.json:
        print_json(plain(note))
    else:
        say(f"Noted on {note.subject.kind}:{note.subject.id}.")
    return EXIT_DONE


def _notes(args: argparse.Namespace) -> int:
    subject = subject_named(args.subject)
    with _store() as store:
        found = store.notes.of(subject)
    if args.json:
        print_json({"notes": [plain(each) for each in found]})
    elif found:
        print("\n".join(list(note_lines(found))[1:]))
    else:
        say("There is no note on it. planner note SUBJECT TEXT adds one.")
    return EXIT_DONE


def _tag(args: argparse.Namespace) -> int:
    subject = subject_named(args.subject)
    with _store() as store:
        change = store.notes.untag if args.remove else store.notes.tag
        for name in args.names:
            change(subject, name)
        tags = store.notes.tags_of(subject)
    if args.json:
        print_json({"tags": list(tags)})
    else:
        say(f"Tags: {', '.join(tags) or 'none'}.")
    return EXIT_DONE


def subject_named(text: str) -> Subject:
    """What a note or a tag is about.

    Raises:
        UsageError: The text names nothing of the kind.
    """
    from planner.runs.store import Subject  # noqa: PLC0415
    from planner.runs.store.types import SubjectKind  # noqa: PLC0415

    for kind in get_args(SubjectKind):
        if text.startswith(f"{kind}:"):
            return Subject(kind, text.removeprefix(f"{kind}:"))
    raise UsageError(f"{text}: expected {SUBJECT}.")


def _store() -> Store:
    from planner.runs.store import open_store  # noqa: PLC0415 - loads the database

    return open_store()
