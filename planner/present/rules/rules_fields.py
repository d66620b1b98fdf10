"""All fields of the form, in their order."""

from __future__ import annotations

from collections.abc import Mapping

from planner.present.rules.rules_customers import CUSTOMERS
from planner.present.rules.rules_field import Field, Group
from planner.present.rules.rules_network import NETWORK

_NAME = Field(
    "name",
    "name",
    "text",
    ("name",),
    lambda on: on.rules.name,
    lambda value, on: {"name": value.strip() or on.rules.name},
    most=120,
)

FIELDS: Mapping[str, Field] = {each.name: each for each in (_NAME, *NETWORK, *CUSTOMERS)}


def of_group(group: Group) -> tuple[Field, ...]:
    """The fields of a group, in their order."""
    return tuple(each for each in FIELDS.values() if each.group == group)
