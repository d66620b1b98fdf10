"""The built-in pack as a view, and the same with names that try to break out."""

from dataclasses import replace
from functools import cache

from planner import scenario
from planner.evaluate import listed_network, score, todays_network
from planner.pack import find_pack, read_pack
from planner.present.session import Network
from planner.present.view import View
from planner.present.words import words
from planner.scenario import Scenario

HOSTILE = (
    "{{7*7}}",
    "{% raw %}",
    "<img src=x onerror=alert(1)>",
    "${1+1}",
    "`${alert(1)}`",
    "Murang'a",
    "a\\b",
    "</script><script>alert(1)</script>",
    '"; alert(1); "',
    "[x](javascript:alert(1)) :red[y] $z$",
    "_feature_group_0_ map_div",
    "Nyahururu — “Thomson” 🇰🇪",
)


@cache
def pack():
    return read_pack(find_pack("immigration"))


@cache
def hostile_pack():
    """Names of areas, sites, points and services replaced by the texts above, in turn."""

    def named(entries):
        return tuple(
            replace(entry, name=HOSTILE[k % len(HOSTILE)]) for k, entry in enumerate(entries)
        )

    plain = pack()
    return replace(
        plain,
        areas=named(plain.areas),
        sites=named(plain.sites),
        demand_points=named(plain.demand_points),
        services=named(plain.services),
        attribution=HOSTILE,
    )


@cache
def problem():
    return scenario.build(pack(), Scenario(name="today", pack="immigration"))


@cache
def view(language="en", hostile=False):
    return View(words(language), hostile_pack() if hostile else pack(), problem())


@cache
def today():
    plan = todays_network(problem())
    return Network(plan, score(problem(), plan))


@cache
def proposal():
    plan = listed_network(problem(), problem().existing | problem().proposed)
    return Network(plan, score(problem(), plan))
