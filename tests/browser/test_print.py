"""Every page prints whole and without controls; nothing goes beyond the paper."""

import pytest


@pytest.mark.parametrize("walked", ["en"], indirect=True)
def test_every_page_prints_whole_and_without_controls(walked):
    assert not walked.cut, "\n".join(walked.cut)
