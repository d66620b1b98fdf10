"""What tests of packs share."""

from __future__ import annotations

import pytest

from pack import matrices, tiny
from planner.pack import read_pack


@pytest.fixture
def own_matrix(tmp_path):
    """The matrix of the tiny pack in the planner's own columns."""
    text = matrices.as_csv(matrices.own())
    return read_pack(tiny.write(tmp_path / "own", travel_csv=text)).travel_matrix
