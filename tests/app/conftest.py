"""Pages run without a browser; everything they keep goes to a temporary home."""

import json
import re
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path))
    monkeypatch.chdir(ROOT)
    st.cache_data.clear()
    return tmp_path


@pytest.fixture
def app():
    """The app on its first page; `open` turns to another one."""

    def start(page=None, **asked):
        running = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        for name, value in asked.items():
            running.query_params[name] = value
        if page is not None:
            running = running.run()
            running.switch_page(f"app_pages/{page}.py")
        return running.run()

    return start


def maps(running):
    """What each map on a page is given."""
    found = running.get("component_instance")
    return [json.loads(each.proto.json_args) for each in found]


def everything(running):
    """All texts of a page in one."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "text", "info", "warning")
    said = [str(each.value) for kind in kinds for each in running.get(kind)]
    said += [each.proto.body for each in running.get("html")]
    said += [re.sub(r"\\(.)", r"\1", each.value) for each in running.subheader]  # as it is read
    return "\n".join(said)
