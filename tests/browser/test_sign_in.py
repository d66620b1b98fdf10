"""Two people who sign in by OpenID Connect: what is private is seen by nobody else, in no way."""

import re
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect

from planner.pack import read_pack
from planner.people import Person, acting_as
from planner.runs import judge_and_write
from planner.runs.store import Subject, open_store
from tests.browser.conftest import served
from tests.browser.provider import CLIENT, PEOPLE, SECRET, provided
from tests.runs import cases

WAIT = 30_000
SETTINGS = """[auth]
redirect_uri = "http://127.0.0.1:{{port}}/oauth2callback"
cookie_secret = "a cookie secret of forty characters here"
client_id = "{client}"
client_secret = "{secret}"
server_metadata_url = "{issuer}/.well-known/openid-configuration"
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A server with a login: its address, its store, and the provider."""
    home = tmp_path_factory.mktemp("people")
    pack = cases.write_pack(home / "tiny")
    with provided() as provider:
        settings = home / "secrets.toml"
        told = {"client": CLIENT, "secret": SECRET, "issuer": provider.issuer}
        settings.write_text(SETTINGS.format(**told))
        environment = {
            "STREAMLIT_SECRETS_FILES": str(settings),
            "UGATUZI_PACK": str(pack),
            "UGATUZI_STORE": str(home / "store.sqlite"),
        }
        with served(home, by="planner.present.server", **environment) as address:
            yield address, home, provider


@pytest.fixture(scope="module")
def kept(place):
    """A private run of Amina's, and a scenario of hers that all may see: their ids."""
    _, home, provider = place
    pack = read_pack(home / "tiny")
    rules = cases.scenario(str(home / "tiny"))
    folder = judge_and_write(cases.answer(pack, rules), pack, rules, home / "run")
    with open_store(str(home / "store.sqlite")) as store:
        with acting_as(amina(provider)):
            run = store.runs.keep(folder, pack=pack)
            store.owners.set_private(Subject("run", run), is_private=True)
            shown = store.scenarios.create(rules, pack=str(home / "tiny")).id
        everybodys = store.scenarios.create(
            rules.model_copy(update={"name": "Of all"}), pack=str(home / "tiny")
        ).id
    return run, shown, everybodys


def amina(provider):
    return Person(f"{provider.issuer}#amina", PEOPLE["amina"])


@pytest.fixture
def window(browser, place):
    """A window of somebody: signed in, unless nobody is named."""
    contexts = []

    def start(who=None, path="/"):
        context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-KE")
        contexts.append(context)
        page = context.new_page()
        page.goto(place[0] + path)
        if who is not None:
            page.get_by_role("button", name="Sign in").click(timeout=WAIT)
            page.get_by_role("link", name=who).click(timeout=WAIT)
            expect(page.get_by_text(f"Signed in: {PEOPLE[who]}")).to_be_attached(timeout=WAIT)
            if path != "/":
                page.goto(place[0] + path)
        return page

    yield start
    for context in contexts:
        context.close()


def test_nobody_sees_a_page_before_signing_in(window, kept):
    run, _, _ = kept
    for path in ("/", f"/plan?run={run}", "/kept", "/data"):
        page = window(path=path)
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible(timeout=WAIT)
        assert page.get_by_test_id("stSidebarNavLink").count() == 0
        assert "Three offices" not in page.content()


def test_one_signs_in_and_out_again_and_a_name_is_text(window):
    page = window("baraka")
    assert page.get_by_text("Signed in:").locator("b").count() == 0  # of Baraka <b>Otieno</b>
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible(timeout=WAIT)
    page.get_by_text("Kiswahili").click()
    expect(page.get_by_role("heading", name="Ingia")).to_be_visible(timeout=WAIT)


def test_a_link_to_what_is_private_says_that_it_is_not_yours(window, kept):
    run, _, _ = kept
    mine = window("amina", f"/plan?run={run}")
    expect(mine.get_by_role("heading", name="Three offices").first).to_be_visible(timeout=WAIT)
    for path in (f"/plan?run={run}", f"/export?run={run}", f"/why?run={run}"):
        theirs = window("baraka", path)
        said = re.compile(r"somebody else keeps private\. It is not yours")
        expect(theirs.get_by_text(said)).to_be_visible(timeout=WAIT)
        assert "Three offices" not in theirs.content(), path


def test_lists_show_others_what_is_not_private_without_any_way_to_change_it(window, kept):
    _, shown, _ = kept
    page = window("baraka", "/kept")
    expect(page.get_by_text("No plan is kept yet")).to_be_visible(timeout=WAIT)
    page.goto(page.url.split("/kept")[0] + "/kept?kept=scenarios")
    field = page.get_by_role("combobox", name="Scenario to look at")
    expect(field).to_be_visible(timeout=WAIT)
    field.click()
    page.get_by_role("option", name=re.compile(shown[:6])).click()
    expect(page.get_by_text("It belongs to Amina Wanjiku")).to_be_visible(timeout=WAIT)
    expect(page.get_by_role("button", name="Put away")).to_have_count(0, timeout=WAIT)
    assert page.get_by_role("button", name="Rename").count() == 0


def test_a_press_in_an_old_window_is_refused_by_the_store(window, kept, place):
    _, home, provider = place
    _, _, everybodys = kept
    page = window("baraka", "/kept?kept=scenarios")
    field = page.get_by_role("combobox", name="Scenario to look at")
    field.click(timeout=WAIT)
    page.get_by_role("option", name=re.compile(everybodys[:6])).click()
    button = page.get_by_role("button", name="Put away")
    expect(button).to_be_visible(timeout=WAIT)
    subject = Subject("scenario", everybodys)
    with open_store(str(home / "store.sqlite")) as store:
        store.owners.give(subject, amina(provider))
    button.click()
    expect(page.get_by_text(re.compile("belongs to Amina Wanjiku")).first).to_be_visible(
        timeout=WAIT
    )
    with open_store(str(home / "store.sqlite")) as store:
        assert store.scenarios.get(everybodys).removed is None
        store.owners.give(subject, None)


def status(page, address):
    """How the server answers a window's own request."""
    return page.context.request.get(address).status


def test_a_file_goes_to_nobody_else_by_its_address(window, kept):
    run, _, _ = kept
    mine, theirs = window("amina", f"/export?run={run}"), window("baraka")
    found = []
    mine.on("request", lambda each: "/media/" in each.url and found.append(each.url))
    mine.get_by_role("button", name=re.compile("Make|Prepare")).first.click(timeout=WAIT)
    link = mine.get_by_test_id("stDownloadButton").first
    expect(link).to_be_visible(timeout=60_000)
    with mine.expect_download(timeout=WAIT) as got:
        link.get_by_role("button").click()
    address = next(iter(found), got.value.url)
    assert "/media/" in address
    assert status(mine, address) == 200
    assert status(theirs, address) == 404
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(address, timeout=10)  # signed in as nobody
