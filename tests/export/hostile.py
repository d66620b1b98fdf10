"""A tiny run whose names are such as nobody should have to fear, in every kind of file."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle

from planner.pack import read_pack
from planner.runs import judge_and_write, read_run
from tests.runs import cases

NAMES = (
    "=1+1",
    "<b>bold</b> & \"quoted\" 'names'",
    "'; DROP TABLE branches; --",
    "Kakamega 🇰🇪 👩🏾‍⚕️",
    "نيروبي مركز الخدمة",
    "left \N{RIGHT-TO-LEFT OVERRIDE}thgir\N{POP DIRECTIONAL FORMATTING}",
    "Elgeyo/Marakwet: [sheet]*?\\",
    "long " * 60,
    "{{7*7}} ${1+1} {% raw %}",
    "</script><script>alert(1)</script>",
    "]]> -->",
)


def run(folder):
    """The tiny run with hostile names of areas, sites, services, demand points and of itself."""
    pack = read_pack(cases.write_pack(folder / "tiny"))
    rules = cases.scenario(str(folder / "tiny"), name=NAMES[6])
    made = read_run(judge_and_write(cases.answer(pack, rules), pack, rules, folder / "run"))
    names = cycle(NAMES)
    hostile = {
        part: tuple(replace(each, name=next(names)) for each in getattr(pack, part))
        for part in ("areas", "sites", "services", "demand_points", "visit_types")
    }
    pack = replace(made.pack, **hostile, name=NAMES[1], attribution=NAMES[:3])
    return replace(made, pack=pack)
