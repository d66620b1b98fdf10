"""One mistake in a TOML file of a pack is one fault, which says what is wanted."""

import pytest

from tests.pack import tiny

FIGURE = 'low = 0\nhigh = 1\nunit = "u"\nsource = "s"\nconfidence = "assumption"\n'
SEGMENTS = """[[segments]]
id = "women"
name = "Women"
dimension = "gender"
share = 1.505
source = "s"
confidence = "assumption"
[[segments]]
id = "men"
name = "Men"
dimension = "gender"
source = "s"
confidence = "assumption"
"""


@pytest.mark.parametrize(
    ("key", "content", "column", "found", "expected", "message"),
    [
        ("customers_toml", f'[growth]\nmode = "0.03"\n{FIGURE}', "growth.mode", '"0.03"',
         "a number", ""),
        ("customers_toml", f"[growth]\nvalue = 0.03\n{FIGURE}", "growth.value", "the key value",
         "the key mode", "Did you mean mode?"),
        ("voices_toml", f"[thresholds.mean_rating]\nmode = 1\n{FIGURE}",
         "thresholds.mean_rating.mode", "the key mode", "the key value", "Did you mean value?"),
        ("customers_toml", SEGMENTS, "segments[1].share", "1.505", "<= 1", ""),
    ],
)  # fmt: skip
def test_one_mistake_is_one_fault(key, content, column, found, expected, message, tmp_path):
    fault = tiny.the_fault(tiny.write(tmp_path, **{key: content}))
    assert (fault.column, fault.found, fault.message) == (column, found, message)
    assert expected in fault.expected
