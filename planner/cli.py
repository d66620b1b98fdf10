"""The `planner` command: arguments in, one call to the planner, words or JSON out."""

from __future__ import annotations

import argparse
import json
import logging
import os
import secrets
import sys
import traceback
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from planner import __version__
from planner.errors import (
    CONTROLS,
    EXIT_DONE,
    EXIT_USAGE,
    InputError,
    PlannerError,
    UsageError,
    in_full,
)
from planner.pack import describe_faults
from planner.terminal import say

Add = Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]
_TOPICS = (  # modules of planner.commands, in the order of the help
    "app",
    "packs",
    "audit",
    "own_packs",
    "travel",
    "matrix",
    "modes",
    "demand",
    "records",
    "plans",
    "asking",
    "sensitivity",
    "robust",
    "scorecard",
    "levers",
    "choice",
    "reach",
    "survey",
    "journeys",
    "jobs",
    "sweep",
    "scenario",
    "kept",
    "notes",
    "owner",
    "store",
    "replay",
    "workspace",
    "compare",
    "adopt",
    "tracking",
    "leaflet",
)
_TOPIC_OF = {  # of commands that are not called like their module
    "packs": "own_packs",
    **dict.fromkeys(("solve", "verify", "export"), "plans"),
    **dict.fromkeys(("why", "ties", "worth", "roadmap"), "asking"),
    **dict.fromkeys(("keep", "runs", "studies"), "kept"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status of `planner.errors`."""
    _utf8(sys.stdout)
    _utf8(sys.stderr)
    given = sys.argv[1:] if argv is None else list(argv)
    parser = _parser(given)
    try:
        args = parser.parse_args(given)
    except SystemExit as stopped:  # argparse has said why
        return EXIT_USAGE if stopped.code else EXIT_DONE
    logging.getLogger("planner").setLevel(logging.WARNING)
    command: Callable[[argparse.Namespace], int] = args.command
    try:
        _require_text(given, args.name)
        return command(args)
    except PlannerError as error:
        _tell_error(error, as_json=getattr(args, "json", False))
        return error.exit_status
    except KeyboardInterrupt:
        say("Stopped.")
        return 130
    except BrokenPipeError:  # whoever read our output has had enough; so has the flush at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_DONE
    except Exception:  # noqa: BLE001 - the last door: a user never sees a traceback
        say(_unexpected())
        return 70


def _utf8(stream: Any) -> None:
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(encoding="utf-8", errors="replace")


def _require_text(given: Sequence[str], name: str) -> None:
    """Refuses words and names of files that are no text: what is written could not hold them.

    Raises:
        UsageError: With the first of them, unless it is for the door, which only looks.
    """
    odd = [each for each in given if each.encode(errors="replace").decode() != each]
    if odd and name != "check":
        raise UsageError(
            f"{CONTROLS.sub('?', odd[0])}: a name that is no text (UTF-8); give the file or folder"
            " another name."
        )


def _tell_error(error: PlannerError, *, as_json: bool) -> None:
    faults = error.faults if isinstance(error, InputError) else ()
    if as_json:
        told = {"error": str(error), "faults": [fault.as_dict() for fault in in_full(faults)]}
        print(json.dumps(told, ensure_ascii=False))
    say(describe_faults(faults) if faults else str(error))


def _unexpected() -> str:
    """Keep the details of an unexpected error in a log file; return what to tell."""
    from planner.pack.place import home  # noqa: PLC0415 - only when needed

    name = secrets.token_hex(4)
    words = f"Something went wrong inside the planner (error {name})."
    try:
        folder = home() / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"error-{name}.log").write_text(
            traceback.format_exc(), encoding="utf-8", errors="backslashreplace"
        )
    except OSError:
        return f"{words} The details could not be written: the disk refused."
    return f"{words} The details are in the planner's folder, logs/error-{name}.log."


# -- arguments -----------------------------------------------------------------------------


def _parser(argv: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="planner",
        description="Where a public service opens branches, and which services each offers.",
        epilog="Exit status: 0 done, 1 the input is at fault, 2 wrong usage, "
        "3 proved infeasible, 4 no plan found in the time given, "
        "70 something went wrong inside the planner, 130 stopped by Ctrl-C.",
    )
    parser.add_argument("--version", action="version", version=f"planner {__version__}")
    commands = parser.add_subparsers(dest="name", metavar="COMMAND", required=True)

    def add(
        name: str, command: Callable[[argparse.Namespace], int], words: str
    ) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = commands.add_parser(name, help=words, description=words)
        parser.set_defaults(command=command)
        return parser

    asked = _TOPIC_OF.get(argv[0], argv[0]) if argv else ""
    if asked in _TOPICS:  # it needs no other, and does not wait for them
        _load(asked, add)
    if not argv or argv[0] not in commands.choices:
        for topic in _TOPICS:
            if topic != asked:
                _load(topic, add)
    return parser


def _load(topic: str, add: Add) -> None:
    import_module(f"planner.commands.{topic}").add_commands(add)
