"""What a scenario's names mean in a pack: positions of sites, services, areas and the like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from planner.pack.types import Pack, Site
from planner.scenario.schema import RulesSection


@dataclass(frozen=True, slots=True)
class Names:
    """The position of everything that a scenario may name, in the pack's order.

    `area` knows each area by its code and by its exact name, where no other has the same.
    `format` holds the formats that some site may take under the scenario; plain is position 0.
    """

    site: Mapping[str, int]
    service: Mapping[str, int]
    visit_type: Mapping[str, int]
    area: Mapping[str, int]
    division: Mapping[str, int]
    format: Mapping[str, int]


def names_of(pack: Pack, rules: RulesSection) -> Names:
    """The names that a scenario with these rules can use of a pack."""
    count = Counter(entry.name for entry in pack.areas)
    by_name = {entry.name: c for c, entry in enumerate(pack.areas) if count[entry.name] == 1}
    divisions = dict.fromkeys(entry.division for entry in pack.services if entry.division)
    used = {name for site in pack.sites for name in formats_of(site, rules)}
    formats = [entry.id for entry in pack.formats if entry.id in used]
    return Names(
        site={entry.id: j for j, entry in enumerate(pack.sites)},
        service={entry.id: s for s, entry in enumerate(pack.services)},
        visit_type={entry.id: b for b, entry in enumerate(pack.visit_types)},
        area=by_name | {entry.code: c for c, entry in enumerate(pack.areas)},
        division={name: d for d, name in enumerate(divisions)},
        format={name: f for f, name in enumerate(formats, start=1)},
    )


def formats_of(site: Site, rules: RulesSection) -> tuple[str, ...]:
    """The formats that a site may take under the rules; none: it is plain.

    What the pack lists for the site counts first; a list in the rules is for the candidate and
    proposed sites that list none, so that existing branches stay what they are.
    """
    if rules.formats == "off":
        return ()
    if site.formats or rules.formats is None or site.status == "existing":
        return site.formats
    return rules.formats
