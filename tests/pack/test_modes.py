"""modes.toml: read with every fault at once, written back as it reads."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from planner.pack import find_pack, read_pack, write_pack
from planner.pack.figures import Figure, Mark
from planner.pack.modes_file import FIGURES
from planner.pack.travel_types import ModeUsers, TravelMode
from tests.pack import tiny

MARK = 'unit = "u"\nsource = "s"\nconfidence = "assumption"\n'
PEOPLE = "".join(
    f'[[segments]]\nid = "{name}"\nname = "{name}"\ndimension = "{dimension}"\n{share}'
    'source = "s"\nconfidence = "found"\n'
    for name, dimension, share in (
        ("town", "place", "share = 0.25\n"),
        ("country", "place", ""),
        ("young", "age", "share = 0.5\n"),
        ("old", "age", ""),
    )
)


def figure(name: str, mode: float, low: float | None = None, high: float | None = None) -> str:
    low, high = (mode if each is None else each for each in (low, high))
    return f"[modes.{name}]\nmode = {mode}\nlow = {low}\nhigh = {high}\n{MARK}"


def users(share: float, group: str = "", dimension: str = "place") -> str:
    where = f'dimension = "{dimension}"\ngroup = "{group}"\n' if group else ""
    return f"[[modes.users]]\n{where}mode = {share}\nlow = {share}\nhigh = {share}\n{MARK}"


def mode(name: str, *parts: str) -> str:
    return f'[[modes]]\nid = "{name}"\nname = "By {name}"\n{"".join(parts)}'


BUS = mode("bus", figure("time_factor", 1), figure("fare_kes_per_km", 5, 3, 7))
FOOT = mode("foot", 'name_sw = "Miguu"\n', figure("speed_kmh", 5, 4, 6), figure("max_km", 8))
CAR = mode(
    "car",
    'source = "s"\nconfidence = "derived"\nnote = "n"\n',
    figure("speed_kmh", 60),
    figure("speed_slow_kmh", 40),
    figure("wait_min", 2),
    figure("fare_kes_per_leg", 10),
    users(0.1, "town"),
    users(0, "country"),
)
SOUND = BUS + FOOT + CAR


def pack_with(folder, text, customers=PEOPLE):
    return tiny.write(folder, modes_toml=text, customers_toml=customers)


def told(folder, text, customers=PEOPLE):
    """Key and found of every fault of modes.toml."""
    found = tiny.faults(pack_with(folder, text, customers))
    return [(each.column, each.found) for each in found if each.file == "modes.toml"]


def test_modes_as_they_are_read(tmp_path):
    bus, foot, car = read_pack(pack_with(tmp_path, SOUND)).modes

    def of(name, value, low=None, high=None):
        low, high = (value if each is None else each for each in (low, high))
        return Figure(name, value, low, high, "u", Mark("s", "assumption"))

    assert bus == TravelMode(
        "bus",
        "By bus",
        time_factor=of("time_factor", 1),
        fare_kes_per_km=of("fare_kes_per_km", 5, 3, 7),
    )
    assert (foot.name_sw, foot.speed_kmh, foot.max_km) == (
        "Miguu",
        of("speed_kmh", 5, 4, 6),
        of("max_km", 8),
    )
    assert car.mark == Mark("s", "derived", "n")
    assert (car.speed_slow_kmh.value, car.wait_min.value, car.fare_kes_per_leg.value) == (40, 2, 10)
    assert car.users == (
        ModeUsers("place", "town", of("users", 0.1)),
        ModeUsers("place", "country", of("users", 0)),
    )


def test_without_the_file_there_are_none(tmp_path):
    assert read_pack(tiny.write(tmp_path)).modes == ()


def test_a_share_of_all_people_needs_no_group(tmp_path):
    (car,) = (
        each
        for each in read_pack(
            pack_with(tmp_path, BUS + mode("car", figure("time_factor", 0.5), users(0.3)), None)
        ).modes
        if each.users
    )
    assert [(each.dimension, each.group, each.share.value) for each in car.users] == [("", "", 0.3)]


@pytest.mark.parametrize("source", ["tiny", "immigration"])
def test_modes_are_the_same_when_written_and_read(source, tmp_path):
    folder = find_pack(source) if source != "tiny" else pack_with(tmp_path / "a", SOUND)
    pack = read_pack(folder)
    write_pack(pack, tmp_path / "b")
    again = read_pack(tmp_path / "b")
    assert again.modes == pack.modes
    assert pack.modes


def test_every_fault_at_once(tmp_path):
    text = (
        "colour = 1\n"
        + mode("mixed", figure("time_factor", 1))  # what scenarios call all of them
        + mode("bus")  # neither speed nor factor
        + mode("bus", figure("speed_kmh", 0), figure("time_factor", -1))  # both, and twice bus
        + mode("boat", figure("time_factor", 1), figure("speed_slow_kmh", 5))
        + '[[modes]]\nid = ""\nspeed = 3\n'
        + figure("speed_kmh", 10, 12, 9)
        + figure("fare_kes_per_km", -1)
        + figure("max_km", 0)
        + "wait_min = 4\n"  # inside [modes.max_km]
        + mode(
            "car",
            figure("speed_kmh", 50),
            users(1.5, "twon"),
            users(0.1, "town"),
            users(0.1, "town"),
            users(0.1, "young", "age"),
            users(0.1, "x", "plaice"),
        )
        + mode("cart", figure("speed_kmh", 5), users(0.1), users(0.2), users(0.1, "town"))
        + mode("horse", "users = []\n", figure("speed_kmh", 9))
    )
    found = told(tmp_path, text)
    assert found == [
        ("modes[1].id", "mixed"),
        ("modes[2].speed_kmh", "neither speed_kmh nor time_factor"),
        ("modes[3].speed_kmh.mode", "0"),
        ("modes[3].speed_kmh.low", "0"),
        ("modes[3].time_factor.mode", "-1"),
        ("modes[3].time_factor.low", "-1"),
        ("modes[3].time_factor.high", "-1"),
        ("modes[3].time_factor", "speed_kmh and time_factor"),
        ("modes[4].speed_slow_kmh", "speed_slow_kmh alone"),
        ("modes[5].id", ""),
        ("modes[5].speed_kmh.mode", "12, 10, 9"),
        ("modes[5].fare_kes_per_km.mode", "-1"),
        ("modes[5].fare_kes_per_km.low", "-1"),
        ("modes[5].fare_kes_per_km.high", "-1"),
        ("modes[5].max_km.mode", "0"),
        ("modes[5].max_km.low", "0"),
        ("modes[5].max_km.wait_min", "an unknown key"),
        ("modes[5].name", "missing key: name"),
        ("modes[5].speed", "an unknown key"),
        ("modes[6].users[1].mode", "1.5"),
        ("modes[6].users[1].low", "1.5"),
        ("modes[6].users[1].high", "1.5"),
        ("modes[6].users[1].group", "twon"),
        ("modes[6].users[3].group", "town"),
        ("modes[6].users[4].dimension", "age"),
        ("modes[6].users[5].dimension", "plaice"),
        ("modes[6].users", "no share of country"),
        ("modes[7].users[2].group", "everybody"),
        ("modes[7].users[3].dimension", "place"),
        ("modes[8].users", "no users"),
        ("colour", "an unknown key"),
        ("modes[3].id", "bus"),
    ]


@pytest.mark.parametrize(
    ("text", "column", "found"),
    [
        ("", "modes", "missing key: modes"),
        ("modes = []\n", "modes", "no modes"),
        ("modes = 3\n", "modes", "3"),
        (FOOT, "modes", "no mode for all people at any distance"),
        (FOOT + CAR, "modes", "no mode for all people at any distance"),
        (
            BUS + mode("car", figure("speed_kmh", 9), users(0.1, "town")),
            "modes[2].users",
            "no share of country",
        ),
        (
            BUS
            + mode(
                "car",
                figure("speed_kmh", 9),
                users(0.1, "town").replace('dimension = "place"\n', ""),
            ),
            "modes[2].users[1].dimension",
            "missing key: dimension",
        ),
        (
            BUS
            + mode(
                "car", figure("speed_kmh", 9), users(0.1, "town").replace('group = "town"\n', "")
            ),
            "modes[2].users[1].group",
            "missing key: group",
        ),
    ],
)
def test_one_mistake(text, column, found, tmp_path):
    assert (column, found) in told(tmp_path, text)
    assert len(told(tmp_path, text)) <= 2


def test_the_hint_names_what_is_near(tmp_path):
    text = BUS + mode("car", figure("speed_kmh", 9), users(0.1, "twon"), users(0, "country"))
    group, lacking = tiny.faults(pack_with(tmp_path, text))
    assert group.message == "Did you mean town?"
    assert lacking.expected == "every group of place"


def test_a_pack_without_groups_knows_none(tmp_path):
    (fault,) = tiny.faults(pack_with(tmp_path, SOUND, None))[:1]
    assert (fault.column, fault.message) == ("modes[3].users[1].dimension", "Known: none")


def test_groups_are_not_judged_where_they_could_not_be_read(tmp_path):
    broken = PEOPLE.replace("share = 0.25", 'share = "a quarter"')
    assert told(tmp_path, SOUND.replace('"town"', '"tawn"'), broken) == []


def test_what_is_no_toml_is_said(tmp_path):
    (fault,) = tiny.faults(pack_with(tmp_path, "[[modes]\n"))
    assert (fault.file, fault.row) == ("modes.toml", 1)


def test_the_built_in_figures_are_all_marked():
    """Every figure has a source and a mark, and what is assumed says so."""
    for each in read_pack(find_pack("immigration")).modes:
        figures = [getattr(each, name) for name in each.__slots__]
        figures = [value for value in figures if isinstance(value, Figure)]
        figures += [use.share for use in each.users]
        assert figures
        for value in figures:
            assert value.mark.source
            assert value.mark.confidence
            assert value.unit
            is_planned = "planning value" in value.mark.source
            assert is_planned == (value.mark.confidence == "assumption")


def test_the_description_names_every_key_and_its_example_reads(tmp_path):
    text = (Path(__file__).resolve().parents[2] / "docs" / "pack.md").read_text("utf-8")
    (part,) = re.findall(r"^## `modes.toml`.*?(?=^## )", text, re.DOTALL | re.MULTILINE)
    assert set(re.findall(r"^\| `\[modes\.(\w+)\]`", part, re.MULTILINE)) == set(FIGURES)
    (example,) = re.findall(r"```toml\n(.*?)```", part, re.DOTALL)
    (bus,) = read_pack(pack_with(tmp_path, example)).modes
    assert (bus.id, bus.time_factor.value, bus.fare_kes_per_km.high) == ("matatu", 1, 7)


def test_a_mode_keeps_its_mark(tmp_path):
    pack = read_pack(pack_with(tmp_path / "a", SOUND))
    marked = replace(pack, modes=tuple(replace(e, mark=Mark("x", "found")) for e in pack.modes))
    write_pack(marked, tmp_path / "b")
    assert [each.mark for each in read_pack(tmp_path / "b").modes] == [Mark("x", "found")] * 3
