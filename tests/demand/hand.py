"""The tiny pack with customers: figures small enough to work everything out by hand.

Visits: West has p1 (10 cards, 1 deed) and p2 (5 cards), East p3 (3 cards). Able to be online:
West min(1, 0.40 x 1.5) = 0.6; East 0.10 x 1.5 = 0.15, below the floor of 0.2, so nobody.
Within reach of a campaign: West 90 / 150 = 0.6, East 30 / 30 = 1.
"""

from __future__ import annotations

from pathlib import Path

from pack.tiny import FILES, write

from planner.pack import read_pack
from planner.pack.types import Pack

FACTS = "code,name,net_pct,phones,people\n001,West,40,90,150\n002,East,10,30,30\n"


def figure(place: str, mode: float, low: float | None = None, high: float | None = None) -> str:
    """A table of a figure."""
    low, high = (mode if each is None else each for each in (low, high))
    return (
        f'[{place}]\nmode = {mode}\nlow = {low}\nhigh = {high}\nunit = "u"\n'
        f'source = "source of {place}"\nconfidence = "assumption"\n'
    )


LEVERS = (
    'facts = "customer_facts.csv"\nassisted_hosts = ["Post"]\n'
    + figure("growth", 0.1, 0.05, 0.2)
    + '[online_reach]\nshare = { column = "net_pct", of = 100 }\n'
    + figure("online_reach.factor", 1.5)
    + figure("online_reach.floor", 0.2)
    + '[information]\nshare = { column = "phones", of = "people" }\n'
    + figure("information.effect", 0.5)
    + '[[visit_types]]\nid = "get_card"\n'
    + figure("visit_types.wasted", 0.2)
    + figure("visit_types.remote", 0.5)
    + '[[visit_types]]\nid = "get_deed"\n'
    + figure("visit_types.growth", -0.2, -0.5, 0)
)


def segment(name: str, dimension: str, share: str, *figures: str) -> str:
    """A segment; `share` "" is the rest."""
    head = f'[[segments]]\nid = "{name}"\nname = "{name.title()}"\ndimension = "{dimension}"\n'
    return f'{head}{share}\nsource = "s"\nconfidence = "assumption"\n' + "".join(figures)


INCOME = segment(
    "poor",
    "income",
    'share = { column = "net_pct", of = 100 }',
    figure("segments.rates.get_card", 2),
    figure("segments.online", 0.5),
    figure("segments.need_weight", 3),
) + segment("rich", "income", "", figure("segments.online", 2))


def pack_of(folder: Path, customers: str = LEVERS, **changes: str | None) -> Pack:
    """The tiny pack with customers.toml; the second site has a post office for a host."""
    head, one, two = FILES["sites.csv"].splitlines()
    sites = f"{head},hosts\n{one},\n{two},Post of Gamma\n"
    files = {"sites_csv": sites, "customer_facts_csv": FACTS, **changes}
    return read_pack(write(folder, customers_toml=customers, **files))
