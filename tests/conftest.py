"""What every test stands on."""

import pytest
from hypothesis import settings

# How long an example takes is the machine's affair; benchmarks watch speed.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def no_ready_plans(monkeypatch):
    """Pages compute no ready plans in the background, but where a test asks for them."""
    monkeypatch.setenv("UGATUZI_FIRST_START", "off")
