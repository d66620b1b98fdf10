"""What differs between two scenarios, in words: every key that the form can set has a name."""

import pytest

from planner.present.rules.rules_fields import FIELDS
from planner.present.saved.saved_words import changes, is_within
from planner.present.words import words
from planner.scenario import Scenario
from planner.scenario.change import with_keys
from tests.present.cases import pack

PLAIN = Scenario(name="x", pack="immigration")


def told(keys, language="en", before=PLAIN):
    w = words(language).of_pack(pack())
    return changes(w, pack(), before, with_keys(before, keys))


OTHER = {"travel.model": "matrix", "travel.mode": "car", "travel.impedance": "minutes"}
KEYS = {
    "rules.formats": "off",
    "rules.mix": "as_listed",
    "rules.capacity": "soft",
    "demand.level": "high",
    "demand.need_weights": ["poverty"],
    "channels.online": 0.25,
    "solve.threads": 2,
    **OTHER,
}


@pytest.mark.parametrize("key", sorted(KEYS))
@pytest.mark.parametrize("language", ["en", "sw"])
def test_a_key_of_the_form_has_a_name(key, language):
    assert any(key in field.keys for field in FIELDS.values())
    (line,) = told({key: KEYS[key]}, language)
    assert not line.startswith(key)


def test_places_services_and_divisions_are_named():
    service, site, area = pack().services[0], pack().sites[0], pack().areas[0]
    lines = told(
        {
            f"standards.{service.id}": {"share": 0.9, "areas": {area.code: 0.95}},
            f'rules.branches_per_area.areas."{area.code}"': 2,
            f"rules.branches_per_area.services.{service.id}": 1,
            "rules.annual_kes.divisions.Citizenship": 5_000_000,
            f'sites.offer."{site.id}"': [service.id],
            f'sites.formats."{site.id}"': pack().formats[0].id,
            "sites.open": [site.id],
        }
    )
    text = "\n".join(lines).replace("\xa0", " ")
    for part in (
        f"Standard of {service.name}, share: not set → 90 %",
        f"Standard of {service.name} ({area.name}): not set → 95 %",
        f"Least branches in {area.name}: not set → 2",
        f"Least branches with {service.name} in every county: not set → 1",
        "Yearly budget of Citizenship: not set → KES 5,000,000",
        f"{site.name} must offer: not set → {service.name}",
        f"Size of {site.name}: not set → {pack().formats[0].name}",
        f"Sites always open: + {site.name}",
    ):
        assert part in text


def test_a_key_lies_within_its_table():
    assert is_within("standards.a.share", ["standards"])
    assert not is_within("standardsx.a", ["standards"])
