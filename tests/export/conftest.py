from __future__ import annotations

import pytest


@pytest.fixture(scope="package", autouse=True)
def home(tmp_path_factory):
    """An own place for what is kept: exports look there for what belongs to a plan."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UGATUZI_HOME", str(tmp_path_factory.mktemp("home")))
        patch.delenv("UGATUZI_STORE", raising=False)
        yield
