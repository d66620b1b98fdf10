"""What commands share: kinds of arguments, the subject they are about, how they print and stop."""

from __future__ import annotations

import argparse
import json
import re
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import Fault, InputError
from planner.pack import DEFAULT_PACK, builtin_packs, find_pack
from planner.pack.own_note import own_folder, own_root
from planner.scenario import Scenario, read_scenario
from planner.terminal import say

if TYPE_CHECKING:
    from planner.pack.types import Pack
    from planner.runs.store import SavedScenario

KEPT_RUN = "run:"
KEPT_SCENARIO = "scenario:"
_RUN_ID = re.compile(r"[0-9a-f]{16}", re.ASCII)
Add = Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]


def json_flag(parser: argparse.ArgumentParser) -> None:
    """The `--json` flag."""
    parser.add_argument("--json", action="store_true", help="print one JSON object to stdout")


def positive(text: str) -> float:
    """Seconds, more than 0."""
    return number_between(text, 1e-9, 86_400, "seconds, more than 0 and at most 86400")


def share(text: str) -> float:
    """A number from 0 to 1."""
    return number_between(text, 0, 1, "a number from 0 to 1")


def percentage(text: str) -> float:
    """A share, as 0.005 or 0.5%."""
    if text.endswith("%"):
        return number_between(text[:-1], 0, 100, "a share such as 0.5% or 0.005") / 100
    return share(text)


def count(text: str) -> int:
    """A whole number from 1."""
    if not text.isdecimal() or not 1 <= int(text) <= 10**15:
        raise argparse.ArgumentTypeError(f"found {text}; expected a whole number from 1")
    return int(text)


def number_between(text: str, least: float, most: float, words: str) -> float:
    """A number within limits; `words` say what is expected."""
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not least <= value <= most:
        raise argparse.ArgumentTypeError(f"found {text}; expected {words}")
    return value


def print_json(told: dict[str, Any]) -> None:
    """One JSON object on stdout."""
    print(json.dumps(told, ensure_ascii=False, allow_nan=False, indent=1))


class StopOnSignal:
    """The first Ctrl-C or end signal keeps the best plan; a second Ctrl-C ends at once."""

    def __init__(self) -> None:
        self.asked = False
        self._before: dict[int, Any] = {}

    def __call__(self) -> bool:
        """Whether a stop was asked for."""
        return self.asked

    def __enter__(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._heard)

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _heard(self, number: int, _frame: object) -> None:
        if self.asked and number == signal.SIGINT:
            raise KeyboardInterrupt
        self.asked = True
        say("Stopping; the best plan found so far is kept. Press Ctrl-C again to end at once.")


def run_folder(text: str) -> Path:
    """The folder of a run: a path as it is, or `run:ID` for a run in the store.

    Every command that takes a run takes both; the id may be shortened. A whole id alone will do
    where no file has that name.

    Raises:
        PlannerError: The store has no such run.
    """
    if not _is_kept_run(text):
        return Path(text)
    from planner.runs.store import open_store  # noqa: PLC0415 - loads the database

    with open_store() as store:
        return store.runs.folder(text.removeprefix(KEPT_RUN))


def is_run(text: str) -> bool:
    """Whether an argument is about a run: one in the store, or a folder that is no pack."""
    folder = Path(text)
    return _is_kept_run(text) or (folder.is_dir() and not (folder / "pack.toml").exists())


def _is_kept_run(text: str) -> bool:
    whole = _RUN_ID.fullmatch(text) is not None and not Path(text).exists()
    return whole or text.startswith(KEPT_RUN)


@dataclass(frozen=True, slots=True)
class NamedScenario:
    """A scenario that a command was given by name.

    Attributes:
        scenario: The rules.
        start: The folder that a relative path of its pack starts from.
        based_on: As the store notes where a scenario comes from; empty for a file.
        saved: The saved scenario, where it is one of the store.
    """

    scenario: Scenario
    start: Path
    based_on: str = ""
    saved: SavedScenario | None = None

    @property
    def pack_folder(self) -> Path:
        """The folder of the pack that it names."""
        return find_pack(self.scenario.pack, self.start)


def named_scenario(name: str) -> NamedScenario:
    """A scenario by the path of a file, by name, or as `scenario:ID` for one in the store.

    A name is that of a built-in one, or `PACK/NAME` of a pack of one's own. Every command that
    takes a scenario takes all of them; the id may be shortened.

    Raises:
        PlannerError: There is none, or its file is at fault.
    """
    if name.startswith(KEPT_SCENARIO):
        from planner.runs.store import open_store  # noqa: PLC0415 - loads the database

        with open_store() as store:
            saved = store.scenarios.get(name.removeprefix(KEPT_SCENARIO))
        return NamedScenario(saved.scenario, Path.cwd(), f"{KEPT_SCENARIO}{saved.id}", saved)
    path = Path(name)
    known = _builtin_scenarios()
    try:
        is_file = path.is_file()
    except OSError:
        is_file = False  # no file can have such a name
    if is_file:
        return NamedScenario(read_scenario(path), path.parent)
    if name in known:
        path = known[name]
        based_on = f"builtin:{path.parent.parent.name}/{path.stem}"
        return NamedScenario(read_scenario(path), path.parent, based_on)
    own = _own_scenario(name)
    if own is not None:
        return NamedScenario(read_scenario(own), own.parent)
    shortest = {
        each: key for key, each in sorted(known.items(), key=lambda item: "/" not in item[0])
    }
    names = ", ".join(sorted(shortest.values()))
    message = (
        f"Give the path of a scenario file, {KEPT_SCENARIO}ID for one that is kept, or a built-in "
        f"name: {names}."
    )
    raise InputError([Fault(path.name, None, None, "no such file", "", message)])


def _builtin_scenarios() -> dict[str, Path]:
    """Each file as `pack/name`; those of the default pack, and names used once, without it too."""
    files = {
        pack: tuple((find_pack(pack) / "scenarios").glob("*.toml")) for pack in builtin_packs()
    }
    uses = Counter(each.stem for found in files.values() for each in found)
    known = {f"{pack}/{each.stem}": each for pack, found in files.items() for each in found}
    for pack, found in files.items():
        plain = (each for each in found if pack == DEFAULT_PACK or uses[each.stem] == 1)
        known |= {each.stem: each for each in plain}
    return known


def _own_scenario(name: str) -> Path | None:
    """The file of a ready scenario of a pack of one's own, from `pack/name`."""
    pack, _, stem = name.partition("/")
    folder = own_folder(own_root(), pack)
    if folder is None or not stem or "/" in stem or "\\" in stem:
        return None
    path = folder / "scenarios" / f"{stem}.toml"
    return path if path.is_file() else None


def with_overrides(scenario: Scenario, args: argparse.Namespace) -> Scenario:
    """The scenario with the limits that the command line gives in place of its own."""
    given = {"time_limit_s": args.time_limit, "gap": args.gap, "solver": args.solver}
    changes = {key: value for key, value in given.items() if value is not None}
    return scenario.model_copy(update={"solve": scenario.solve.model_copy(update=changes)})


def pack_or_scenario(subject: str) -> tuple[Pack, Scenario | None]:
    """A pack, or a scenario with its pack."""
    from planner.pack import read_pack  # noqa: PLC0415 - not all commands

    path = Path(subject)
    is_file = path.suffix == ".toml" and path.name != "pack.toml"
    if not is_file and not subject.startswith(KEPT_SCENARIO):
        try:
            return read_pack(find_pack(subject)), None
        except InputError:
            if path.exists():
                raise
    named = named_scenario(subject)
    return read_pack(named.pack_folder), named.scenario


def day(text: str) -> date:
    """A day in any usual form."""
    from planner.pack.dates import ReadDate, read_date  # noqa: PLC0415 - not all commands

    read = read_date(text)
    if isinstance(read, ReadDate):
        return read.day
    raise argparse.ArgumentTypeError(f"found {text}; expected {read.expected}. {read.message}")
