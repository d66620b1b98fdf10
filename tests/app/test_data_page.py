"""The data page, and which pack a visitor sees: each their own, by choice or by the address."""

import pytest
from pack import tiny

from planner.pack.own import keep_pack, put_away
from planner.pack.own_note import own_root
from tests.app.conftest import everything


@pytest.fixture
def own(tmp_path, monkeypatch):
    """The server shows a tiny pack; another one, of one's own, is kept beside it."""
    monkeypatch.setenv("UGATUZI_PACK", str(tiny.write(tmp_path / "first")))
    other = tiny.write(
        tmp_path / "second",
        sites_csv=tiny.FILES["sites.csv"].replace("Alpha town", "Second town"),
    )
    return keep_pack(own_root(), other, name="My <b>second</b> pack", based_on="tiny")


def test_the_address_asks_for_a_pack_and_another_visitor_sees_theirs(app, own):
    mine, theirs = app(pack=own.id), app()
    assert r"My \<b\>second\</b\> pack" in everything(mine)
    assert "Tiny" in everything(theirs)
    assert mine.session_state["pack.folder"] == str(own.folder)
    assert "pack.folder" not in theirs.session_state
    mine.switch_page("app_pages/method.py").run()
    assert not mine.exception
    assert mine.session_state["pack.folder"] == str(own.folder)


@pytest.mark.parametrize("asked", ["nothing", "../first", "/etc", ""])
def test_an_address_may_ask_for_known_packs_only(app, own, tmp_path, asked):
    running = app(pack=asked)
    assert "pack.folder" not in running.session_state
    told = "\n".join(str(each.value) for each in running.warning)
    assert ("asks for data that is not here" in told) == bool(asked)


def test_what_was_chosen_belongs_to_its_pack_and_comes_back_with_it(app, own):
    running = app(pack=own.id)
    running.selectbox(key="today.area").set_value("002").run()
    _look_at(running, "one-stop")
    assert running.session_state["today.area"] == ""
    _look_at(running, own.id)
    assert running.session_state["today.area"] == "002"


def _look_at(running, pack):
    """Turn to the page of data, from there to another pack, and back to the first page."""
    running.switch_page("app_pages/method.py").run()
    running.query_params.clear()
    running.query_params["pack"] = pack
    running.run()
    running.query_params.clear()
    running.switch_page("app_pages/today.py").run()
    assert not running.exception
    assert not running.error


def test_a_pack_that_is_put_away_gives_way_and_that_is_told(app, own):
    running = app(pack=own.id)
    put_away(own_root(), own.id)
    running.run()
    assert not running.exception
    assert "was put away" in running.warning[0].value
    assert running.session_state["pack.folder"] != str(own.folder)
