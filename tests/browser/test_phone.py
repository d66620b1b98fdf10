"""Every page fits a phone, in the longer of the two languages: nothing is cut or runs over."""

import pytest


@pytest.mark.parametrize("walked", ["sw"], indirect=True)
def test_every_page_fits_a_phone(walked):
    assert not walked.cut, "\n".join(walked.cut)
