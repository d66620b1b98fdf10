"""What is kept of a pack's travel is what would be measured, or nothing."""

import hashlib
import os
import shutil

import numpy as np
import pytest

from planner.pack import find_pack, read_pack
from planner.pack.fingerprint import print_of
from planner.travel import default_model, kept, travel_times
from tests.pack.tiny import write

TABLES = ("minutes", "km", "site_km", "site_min", "kes")


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path / "home"))
    folder = write(tmp_path / "pack")
    return read_pack(folder), print_of(folder).fingerprint


@pytest.fixture
def measured(monkeypatch):
    """How often travel was measured."""
    calls, measure = [], kept.measured_times

    def count(pack, model):
        calls.append(model)
        return measure(pack, model)

    monkeypatch.setattr(kept, "measured_times", count)
    return calls


def ask(tiny):
    pack, fingerprint = tiny
    return kept.times_of(pack, default_model(pack), None, fingerprint)


def same(one, other):
    for name in TABLES:
        a, b = getattr(one, name), getattr(other, name)
        assert (a is None) == (b is None), name
        if a is not None:
            assert a.tobytes() == b.tobytes(), name
            assert (a.dtype, a.shape) == (b.dtype, b.shape)
            assert not b.flags.writeable
    assert (one.notes, one.unknown, one.told) == (other.notes, other.unknown, other.told)


def file_of(tiny):
    return kept.file_of(tiny[1], default_model(tiny[0]))


def test_it_is_measured_once_and_found_to_the_last_bit(tiny, measured):
    pack, _ = tiny
    first, again = ask(tiny), ask(tiny)
    assert len(measured) == 1
    same(travel_times(pack, default_model(pack)), first)
    same(first, again)


@pytest.mark.parametrize("name", ["immigration", "one-stop"])
def test_so_are_those_of_the_built_in_packs(name, tmp_path, monkeypatch, measured):
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path))
    folder = find_pack(name)
    given = read_pack(folder), print_of(folder).fingerprint
    same(ask(given), ask(given))
    assert len(measured) == 1


def damage(content):
    return content[:-1] + bytes([content[-1] ^ 1])


def sealed(content):
    return hashlib.sha256(content).hexdigest().encode() + content


@pytest.mark.parametrize(
    "spoil",
    [
        damage,
        lambda content: content[: len(content) // 2],
        lambda _: b"",
        lambda _: "é".encode() * 100,
        lambda _: sealed(b"not a table"),
        lambda _: sealed(b""),
    ],
)
def test_a_damaged_or_foreign_file_is_made_anew(tiny, measured, spoil):
    first, file = ask(tiny), file_of(tiny)
    whole = file.read_bytes()
    file.write_bytes(spoil(whole))
    same(first, ask(tiny))
    assert len(measured) == 2
    assert file.read_bytes()[:64] == whole[:64]


def test_tables_of_another_shape_or_with_gaps_are_no_travel_of_this_pack(tiny, measured):
    first, file = ask(tiny), file_of(tiny)
    for minutes in (first.minutes[:-1], np.full_like(first.minutes, np.nan), -1 - first.minutes):
        wrong = kept.TravelTimes(minutes, first.km, first.site_km, first.site_min)
        kept._keep(file, wrong)
        before = len(measured)
        same(first, ask(tiny))
        assert len(measured) == before + 1


def test_a_pack_that_has_changed_since_is_measured(tiny, measured):
    pack, _ = tiny
    ask(tiny)
    towns = pack.folder / "pack.toml"
    towns.write_text(towns.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    ask(tiny)
    ask(tiny)
    assert len(measured) == 3
    assert len(list(kept.folder().glob("*.npz"))) == 1  # nothing is kept under a wrong name


def test_other_code_and_other_models_have_files_of_their_own(tiny, monkeypatch):
    one = file_of(tiny)
    assert kept.file_of(tiny[1], "network") != one
    assert kept.file_of("0" * 16, default_model(tiny[0])) != one
    monkeypatch.setattr(kept, "_code", lambda: "other")
    assert file_of(tiny) != one


def test_only_the_latest_stay(tiny):
    ask(tiny)
    folder, file = kept.folder(), file_of(tiny)
    for number in range(kept.MOST_FILES + 3):
        other = folder / f"{number:032x}.npz"
        shutil.copy(file, other)
        os.utime(other, (number, number))
    file.write_bytes(b"")
    ask(tiny)
    left = sorted(path.name for path in folder.iterdir())
    assert len(left) == kept.MOST_FILES
    assert file.name in left
    assert f"{0:032x}.npz" not in left


def test_a_disk_that_refuses_costs_only_time(tiny, measured):
    kept.folder().parent.mkdir(parents=True)
    kept.folder().write_text("in the way")
    same(ask(tiny), ask(tiny))
    assert len(measured) == 2


def test_what_is_checked_and_solved_never_uses_it():
    """Only the pages' own reading of a pack asks for what is kept."""
    import re
    from pathlib import Path

    import planner

    root = Path(planner.__file__).parent
    users = [
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if re.search(
            r"from planner\.travel import [^\n]*\bkept\b|travel\.kept",
            path.read_text(encoding="utf-8"),
        )
    ]
    assert users == ["present/session.py"]
