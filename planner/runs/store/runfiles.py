"""The files of a run folder as they are kept: the same bytes wherever the run comes from."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import tomli_w

from planner.errors import Fault, InputError, PlannerError
from planner.runs.files import reading_words
from planner.runs.info import COPY, read_csv, read_info
from planner.runs.schema import TABLES
from planner.runs.store.contents import digest_of
from planner.runs.store.ids import DIGITS
from planner.scenario import Scenario, read_scenario

INFO = "run.json"
SCENARIO = "scenario.toml"
NAMES = (INFO, SCENARIO, *(f"{name}.csv" for name in TABLES))
_ALWAYS = ("assignment.csv", "branches.csv")  # of every run that has a plan
_FINGERPRINT = re.compile(r"[0-9a-f]{16}", re.ASCII)


@dataclass(frozen=True, slots=True)
class RunFiles:
    """A run, ready to be kept.

    Attributes:
        id: Made of the files.
        files: Each file by its name. `scenario.toml` names the pack by its id, not by a place.
        info: The content of `run.json`.
        scenario: The rules; their pack is named as in the folder that they were read from.
        pack: The fingerprint of the pack that was solved; None in runs of planners before 0.5.
        pack_id: The pack's id.
        pack_files: The pack's files by name, each with its 16 digits.
    """

    id: str
    files: Mapping[str, bytes]
    info: Mapping[str, Any]
    scenario: Scenario
    pack: str | None
    pack_id: str
    pack_files: Mapping[str, str]


def read_files(folder: Path) -> RunFiles:
    """Read a run folder, checked as far as that needs no pack.

    Raises:
        InputError: It is no run folder, or a file in it is missing or damaged.
        PlannerError: A file cannot be read.
    """
    info = read_info(folder)
    scenario = read_scenario(folder / SCENARIO)
    names = [name for name in NAMES if (folder / name).is_file()]
    if info["status"] in ("optimal", "feasible"):
        names += [name for name in _ALWAYS if name not in names]
    for name in names:
        if name.endswith(".csv"):
            read_csv(folder, name)
    told = info.get("pack")
    told = told if isinstance(told, dict) else {}
    pack_id, pack, files = told.get("id"), told.get("fingerprint"), told.get("files")
    if not isinstance(pack_id, str) or not pack_id:
        raise InputError([Fault(INFO, None, "pack.id", "nothing", "the pack's id", COPY)])
    try:
        found = {name: (folder / name).read_bytes() for name in names}
    except OSError as error:
        message = f"The run {folder.name} cannot be kept: {reading_words(error)}."
        raise PlannerError(message) from error
    found[SCENARIO] = on_pack(found[SCENARIO], pack_id)
    return RunFiles(
        id=run_id({name: digest_of(content) for name, content in found.items()}),
        files=found,
        info=info,
        scenario=scenario,
        pack=pack if isinstance(pack, str) and _FINGERPRINT.fullmatch(pack) else None,
        pack_id=pack_id,
        pack_files=files if isinstance(files, dict) else {},
    )


def run_id(digests: Mapping[str, str]) -> str:
    """The id of a run, from the SHA-256 of each of its files by name."""
    whole = hashlib.sha256()
    for name, digest in sorted(digests.items()):
        whole.update(f"{name}\n{digest}\n".encode())
    return whole.hexdigest()[:DIGITS]


def on_pack(scenario: bytes, pack: str) -> bytes:
    """A scenario file that was read before, with another name or place of its pack."""
    data = tomllib.loads(scenario.decode("utf-8-sig"))
    return tomli_w.dumps({**data, "pack": pack}).encode()


def row_of(run: RunFiles) -> dict[str, Any]:
    """What the store's list of runs says of a run, all of it from the run's own files."""
    info = run.info
    seed, unit = info.get("seed"), info.get("objective_unit")
    return {
        "id": run.id,
        "name": info["name"],
        "created": datetime.fromisoformat(info["created"]),
        "pack_id": run.pack_id,
        "problem": info["fingerprint"],
        "status": info["status"],
        "solver": info["solver"],
        "seed": seed if isinstance(seed, int) else run.scenario.solve.seed,
        "version": info["version"],
        "objective": info["objective"],
        "unit": unit if isinstance(unit, str) else "",
        "bound": info["bound"],
        "gap": info["gap"],
        "seconds": info["seconds"],
        "kpis": info["kpis"],
    }
