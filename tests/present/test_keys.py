"""What the page's script is told, which keys are listed, and what slow pages say."""

from pathlib import Path

import pytest

from planner.present import keys
from planner.present.shipped import ASSETS
from planner.present.words import words

ROOT = Path(__file__).parent.parent.parent
PATHS = {"today": "", "compare": "compare", "reach": "reach"}


def test_each_letter_opens_one_page_that_is_there():
    assert len(set(keys.LETTERS.values())) == len(keys.LETTERS)
    assert all((ROOT / "app_pages" / f"{name}.py").exists() for name in keys.LETTERS)
    assert keys.GO not in keys.LETTERS.values()


def test_the_script_is_told_pages_language_and_what_to_keep():
    told = keys.page_html(words("sw"), PATHS, {"guide": "closed", "keys": "off"})
    assert 'data-lang="sw"' in told
    assert 'data-go="t&#58;&#59;c&#58;compare"' in told
    assert 'data-keys="off"' in told
    assert 'data-keep="guide&#61;closed&#59;keys&#61;off"' in told


def test_the_script_reads_every_attribute_that_it_is_told():
    script = (ASSETS / "page.js").read_text(encoding="utf-8")
    for name in ("lang", "skip", "go", "keys", "keep"):
        assert f"given.{name}" in script or f"said().{name}" in script


@pytest.mark.parametrize("language", ["en", "sw"])
def test_only_the_letters_of_pages_that_are_there_are_listed(language):
    w = words(language)
    table = keys.keys_table(w, PATHS)
    assert w("keys.go_key", first="g", second="c") in set(table.iloc[:, 0])
    assert w("keys.go_key", first="g", second="p") not in set(table.iloc[:, 0])
    assert table.iloc[:, 0].is_unique


def test_what_a_slow_page_says_belongs_to_a_page():
    texts = [key for key in words("en").texts if key.startswith("waiting.")]
    pages = {file.stem for file in (ROOT / "app_pages").glob("*.py")}
    assert {key.removeprefix("waiting.") for key in texts} <= pages | {"page"}
