"""Two places 111 km apart with uncertain visits, of which one may have a branch."""

from __future__ import annotations

from pack.tiny import FIGURE, PACK, write

from planner.pack import read_pack
from planner.scenario import Scenario

EVEN = PACK.replace('slow_areas = ["002"]\n', "")  # the same speed everywhere


def travel(**ranges: tuple[float, float, float]) -> str:
    """The travel tables: low, value and high by name; certain ones where not named."""
    plain = {
        "circuity": 1.3,
        "speed_kmh": 50,
        "speed_slow_kmh": 25,
        "fare_kes_per_km": 4,
        "local_leg_kes": 80,
        "value_of_time_kes_per_hour": 60,
    }
    tables = {name: (value, value, value) for name, value in plain.items()} | ranges
    return "".join(
        f"[travel.{name}]\nlow = {low}\nvalue = {value}\nhigh = {high}\n{FIGURE}"
        for name, (low, value, high) in tables.items()
    )


def link(name: str, low: float, mode: float, high: float, source: str = "s") -> str:
    return (
        f'[[visit_types.chain]]\nname = "{name}"\nunit = "cases a year"\nlow = {low}\n'
        f'mode = {mode}\nhigh = {high}\nsource = "{source}"\nconfidence = "assumption"\n'
    )


def kind(id_: str, spread: str, *links: str) -> str:
    return f'[[visit_types]]\nid = "{id_}"\nspread = "{spread}"\n' + "".join(links)


def spread(name: str, column: str) -> str:
    terms = f"terms = [{{ weight = 1.0, powers = {{ {column} = 1.0 }} }}]"
    return f'[spreads.{name}]\nsource = "s"\nconfidence = "derived"\n{terms}\n'


# All cards in the west (p1 holds all its people), all deeds in the east, 100 km away.
DEMAND = (
    'facts = "facts.csv"\n'
    + spread("west", "west")
    + spread("east", "east")
    + kind("get_card", "west", link("cards", 80, 100, 100))
    + kind("get_deed", "east", link("deeds", 50, 90, 200))
)
TWO_PLACES = {
    "facts_csv": "code,west,east\n001,1,0\n002,0,1\n",
    "visits_csv": None,
    "demand_points_csv": (
        "id,name,area,lat,lon,population\np1,Alpha,001,-0.5,36.5,100\np3,Gamma,002,-0.5,37.5,30\n"
    ),
    "visit_types_csv": "id,name,services\nget_card,Get a card,c\nget_deed,Get a deed,d\n",
    "sites_csv": (
        "id,name,area,lat,lon,status\n"
        "s1,Alpha town,001,-0.5,36.5,candidate\ns2,Gamma town,002,-0.5,37.5,candidate\n"
    ),
}
ONE_BRANCH = Scenario(
    name="one", pack="tiny", rules={"branches": {"exactly": 1}}, solve={"gap": 0.0}
)


def two_places(tmp_path, demand=DEMAND, **ranges):
    return read_pack(
        write(tmp_path / "p", pack_toml=EVEN + travel(**ranges), demand_toml=demand, **TWO_PLACES)
    )
