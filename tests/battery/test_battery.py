"""Every file of the battery gets the verdict that was written for it."""

from __future__ import annotations

import pytest

from battery import CASES
from battery.case import Case
from battery.judge import misses


@pytest.mark.parametrize("case", CASES, ids=[case.why for case in CASES])
def test_the_verdict_holds(case: Case, tmp_path):
    assert misses(case, tmp_path) == []


def test_each_file_stands_for_one_thing():
    assert len({case.why for case in CASES}) == len(CASES) >= 150
