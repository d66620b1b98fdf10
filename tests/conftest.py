"""What every test stands on."""

import pytest


@pytest.fixture(autouse=True)
def no_ready_plans(monkeypatch):
    """Pages compute no ready plans in the background, but where a test asks for them."""
    monkeypatch.setenv("UGATUZI_FIRST_START", "off")
