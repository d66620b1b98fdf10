"""A pack's measured travel, kept on the disk of this user and found again while nothing changed.

For what is shown at once, such as the first page. Plans are checked by travel that is measured
anew, never by what is kept here.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import secrets
import zipfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import scipy
import shapely

from planner import __version__
from planner.pack.fingerprint import print_of
from planner.pack.place import home
from planner.pack.travel_types import TravelModel
from planner.pack.types import Pack
from planner.travel.model import door_to_door, measured_times
from planner.travel.times import TravelTimes, TravelTold

MOST_FILES = 12
MOST_BYTES = 32_000_000  # of one file
_TABLES = ("minutes", "km", "site_km", "site_min", "kes")
_DIGITS = 64  # of the hash that a file begins with
_ABOUT = "about"


def times_of(pack: Pack, model: TravelModel, mode: str | None, fingerprint: str) -> TravelTimes:
    """As `travel_times`, to the last bit; measured once for the same files of a pack.

    What is kept is used only while the pack's files still have the fingerprint that they had before
    the pack was read. A file that is damaged, foreign or of other code is made anew; a disk that
    refuses changes nothing but the time.

    Args:
        pack: A checked pack.
        model: Which model to use.
        mode: As in `travel_times`.
        fingerprint: Of the pack's files, taken before they were read.

    Raises:
        InputError: The pack lacks what the model or the mode needs.
    """
    measured = _measured(pack, model, fingerprint)
    return measured if mode is None and model == "matrix" else door_to_door(pack, measured, mode)


def folder() -> Path:
    """Where the files are."""
    return home() / "travel"


def file_of(fingerprint: str, model: TravelModel) -> Path:
    """The file of a pack's travel: named by its files, the model and the code that measures."""
    key = hashlib.sha256(f"{fingerprint} {model} {_code()}".encode()).hexdigest()
    return folder() / f"{key[:32]}.npz"


def _measured(pack: Pack, model: TravelModel, fingerprint: str) -> TravelTimes:
    if not _is_still(pack, fingerprint):
        return measured_times(pack, model)
    path, shape = file_of(fingerprint, model), (len(pack.demand_points), len(pack.sites))
    found = _read(path, shape)
    if found is None:
        found = measured_times(pack, model)
        if _is_still(pack, fingerprint):
            with suppress(OSError):
                _keep(path, found)
    return found


def _is_still(pack: Pack, fingerprint: str) -> bool:
    try:
        return print_of(pack.folder).fingerprint == fingerprint
    except OSError:
        return False


@cache
def _code() -> str:
    """Stands for the code that reads packs and measures, and for what it calculates with."""
    digest = hashlib.sha256(f"{__version__} {np.__version__} {scipy.__version__}".encode())
    digest.update(f"{shapely.__version__} {shapely.geos_version}".encode())
    ours = Path(__file__).parent
    for path in sorted((*ours.glob("*.py"), *(ours.parent / "pack").glob("*.py"))):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


# -- files ---------------------------------------------------------------------------------


def _read(path: Path, shape: tuple[int, int]) -> TravelTimes | None:
    """What a file holds; None where there is none that is whole and ours."""
    try:
        if path.stat().st_size > MOST_BYTES:
            return None
        digest, content = (whole := path.read_bytes())[:_DIGITS], whole[_DIGITS:]
        if digest.decode("ascii") != hashlib.sha256(content).hexdigest():
            return None
        with np.load(io.BytesIO(content), allow_pickle=False) as tables:
            about = json.loads(tables[_ABOUT].tobytes())
            found = _times({name: tables[name] for name in _TABLES if name in tables}, about)
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
        return None
    if not _fits(found, shape):
        return None
    with suppress(OSError):
        os.utime(path)  # the oldest are dropped
    return found


def _times(tables: dict[str, Any], about: dict[str, Any]) -> TravelTimes:
    told = about["told"]
    if told is not None:
        lists = {name: tuple(told[name]) for name in ("sources", "notes")}
        told = TravelTold(**{**told, **lists})
    return TravelTimes(
        **tables, notes=tuple(about["notes"]), unknown=tuple(about["unknown"]), told=told
    )


def _fits(found: TravelTimes, shape: tuple[int, int]) -> bool:
    square = (shape[1], shape[1])
    wanted = {"minutes": shape, "km": shape, "site_km": square, "site_min": square}
    tables = {name: getattr(found, name) for name in _TABLES}
    if found.kes is not None:
        wanted["kes"] = shape
    return all(
        tables[name].shape == size
        and tables[name].dtype == np.float64
        and bool((tables[name] >= 0).all())  # a NaN is not
        for name, size in wanted.items()
    )


def _keep(path: Path, found: TravelTimes) -> None:
    told = found.told
    about = {
        "notes": found.notes,
        "unknown": found.unknown,
        "told": None if told is None else {n: getattr(told, n) for n in told.__slots__},
    }
    tables = {name: table for name in _TABLES if (table := getattr(found, name)) is not None}
    about_bytes = np.frombuffer(json.dumps(about).encode(), dtype=np.uint8)
    whole = io.BytesIO()
    np.savez(whole, allow_pickle=False, **tables, **{_ABOUT: about_bytes})
    content = whole.getvalue()
    if len(content) + _DIGITS > MOST_BYTES:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        beside.write_bytes(hashlib.sha256(content).hexdigest().encode() + content)
        beside.replace(path)  # whole or not at all; a file that the disk loses is made anew
    finally:
        beside.unlink(missing_ok=True)
    _drop_old(path.parent)


def _drop_old(place: Path) -> None:
    """Only the latest stay, and nothing that somebody has left half written."""
    kept = sorted(place.glob("*.npz"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in kept[MOST_FILES:]:
        path.unlink(missing_ok=True)
