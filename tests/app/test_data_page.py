"""The data page, and which pack a visitor sees: each their own, by choice or by the address."""

import pytest
from pack import tiny

from planner.pack.own import keep_pack, put_away
from planner.pack.own_note import own_root
from planner.present import session
from planner.present.subjects import subject_of
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


def test_what_is_kept_of_one_pack_is_not_shown_of_another_of_the_same_problem(tmp_path):
    sites = tiny.FILES["sites.csv"].replace("Gamma town", "Gamma city")
    folders = tiny.write(tmp_path / "one"), tiny.write(tmp_path / "two", sites_csv=sites)
    one, two = map(session.case_of, folders)
    assert one.problem.fingerprint == two.problem.fingerprint
    assert subject_of(one, "today", {}).id != subject_of(two, "today", {}).id
    assert subject_of(one, "today", {}).id == subject_of(one, "today", {}).id


# -- the page ------------------------------------------------------------------------------


def upload(running, *files):
    """Send files (name, content) as a visitor would."""
    sent = [(name, text.encode() if isinstance(text, str) else text, "") for name, text in files]
    return running.file_uploader[0].set_value(sent).run()


def button(running, key):
    return next(each for each in running.button if each.key == key)


def test_what_is_shown_with_rows_sources_and_marks(app, own):
    running = app("data", pack=own.id)
    assert not running.exception
    said = everything(running)
    assert "My &#60;b&#62;second&#60;&#47;b&#62; pack" in said
    assert "It was made from tiny." in said
    assert "demand&#95;points.csv" in said
    assert {each.key for each in running.get("download_button")} >= {"data_whole", "data_filled"}


def test_another_pack_is_chosen_put_away_and_brought_back(app, own):
    running = app("data")
    running.selectbox(key="pack.choice").set_value(own.id).run()
    assert running.session_state["pack.folder"] == str(own.folder)
    assert own.id in running.query_params["pack"]
    button(running, "data_away").click().run()
    assert not running.exception
    assert "was put away" in running.success[0].value
    assert own.id not in running.selectbox(key="pack.choice").options
    button(running, "data_undo").click().run()
    assert "is in use again" in running.success[0].value
    assert running.session_state["pack.folder"] == str(own.folder)


def test_a_table_is_brought_looked_at_and_kept_as_a_new_pack(app, own):
    running = app("data")
    services = tiny.FILES["services.csv"].replace(",", ";").replace("Card", "Kadi {{7*7}}")
    running = upload(running, ("My services.csv", "\ufeff" + services))
    assert not running.exception
    assert "without a fault" in running.success[0].value
    assert "Services: 1 changed (Kadi {{7*7}})." in everything(running)
    running.text_input(key="data.name").set_value("Third").run()
    button(running, "data_keep").click().run()
    assert not running.exception
    assert "kept as third" in running.success[0].value
    assert running.session_state["pack.folder"].endswith("packs/third/pack")
    running.switch_page("app_pages/today.py").run()
    assert not running.exception
    assert not running.error


def test_every_fault_is_told_under_the_files_own_name(app, own):
    bad = "id,name,area,lat,lon,status\n" + "".join(
        f"s{n},Town {n},009,-0.5,36.5,gone\n" for n in range(300)
    )
    running = upload(app("data"), ("wrong sites.csv", bad))
    assert not running.exception
    assert r"faults \(wrong sites.csv; " in running.error[0].value
    said = everything(running)
    assert "wrong sites.csv" in said
    assert "300" in said
    assert "The first 200 of" in said
    assert not [each for each in running.button if each.key == "data_keep"]


def test_of_two_files_of_one_kind_the_last_counts_and_that_is_told(app, own):
    good = tiny.FILES["services.csv"].replace("Card", "Kadi")
    running = upload(app("data"), ("services.csv", "id,name\n1,\n"), ("services 2.csv", good))
    assert not running.exception
    assert not running.error
    assert "services 2.csv, which came last, is read" in running.warning[0].value.replace("\\", "")
    assert "without a fault" in running.success[0].value
    assert "Nothing brought yet" not in everything(running)


def test_a_file_that_waits_for_its_kind_is_not_called_nothing(app, own):
    running = upload(app("data"), ("odd.csv", "a,b\n1,2\n"))
    assert not running.exception
    assert "say what it holds" in running.warning[0].value
    assert "Nothing brought yet" not in everything(running)


def test_a_whole_pack_is_brought_as_a_zip(app, own, tmp_path):
    from planner.pack.draft import zip_pack

    zip_pack(own.folder, tmp_path / "mine.zip")
    running = upload(app("data"), ("mine.zip", (tmp_path / "mine.zip").read_bytes()))
    assert not running.exception
    assert "mine.zip holds a whole pack." in everything(running)
    assert "Sites and branches: 1 changed" in everything(running)
    assert button(running, "data_keep")


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.zip", b"PK\x03\x04pack.toml"), ("sites.csv", b""), ("sites.xlsx", b"\xff\xfe\x00"),
     ("sites.csv", b"\xff\xfe\xff\xd8"), ("pack.toml", b"id = ")],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_a_fault_or_is_asked_about(app, own, name, content):
    running = upload(app("data"), (name, content))
    assert not running.exception
    assert running.error or running.warning
    assert not [each for each in running.button if each.key == "data_keep"]


def test_a_pack_that_was_damaged_since_is_told_and_another_can_be_chosen(app, own):
    running = app("data", pack=own.id)
    (own.folder / "sites.csv").write_text("id\n")
    running.run()
    assert not running.exception
    assert "cannot be shown" in running.error[0].value
    running.selectbox(key="pack.choice").set_value("one-stop").run()
    assert not running.error
