"""Pictures of the form: whole, loading nothing, each with words for who hears the page."""

import base64
import re
from xml.etree import ElementTree as ET

import pytest

from planner.present.rules import help_pictures
from planner.present.rules.rules_fields import FIELDS
from planner.present.words import words


@pytest.mark.parametrize("name", help_pictures.NAMES)
def test_a_picture_is_whole_and_loads_nothing(name):
    head, _, body = help_pictures.address(name).partition(",")
    assert head == "data:image/svg+xml;base64"
    drawn = base64.b64decode(body).decode()
    assert ET.fromstring(drawn).tag == "{http://www.w3.org/2000/svg}svg"
    assert re.findall(r"https?:[^\"]+", drawn) == ["http://www.w3.org/2000/svg"]
    assert len(drawn) < 4000


@pytest.mark.parametrize("language", ["en", "sw"])
def test_every_field_has_its_label_and_every_picture_its_words(language):
    texts = words(language).texts
    for field in FIELDS.values():
        assert f"rules.{field.name}" in texts
        assert not field.picture or f"rules.{field.name}_help" in texts
        assert not field.picture or field.picture in help_pictures.NAMES
    assert {f"picture.{name}" for name in help_pictures.NAMES} == {
        key for key in texts if key.startswith("picture.")
    }
