"""A line more in a list of a TOML file, and everything else as somebody wrote it."""

import tomllib

import pytest

from planner.pack.toml_edit import with_line_in

LINE = 'It says "so" [1], and # that, é 東'


@pytest.mark.parametrize(
    "text",
    [
        "",
        'name = "x"\n',
        "limits = []\n",
        'limits = ["one"]\nname = "x"  # kept\n',
        "limits = [\n  'a ] in it',  # and ] here\n  \"b\",\n]\n[travel]\nlimits = [1]\n",
        'limits = ["""two\n] lines"""]\n',
        '[travel]\nlimits = ["other"]\n',
        'x.limits = ["other"]\n',
    ],
)
def test_one_line_more_and_nothing_else(text):
    before = tomllib.loads(text)
    after = with_line_in(text, "limits", LINE)
    assert tomllib.loads(after) == {**before, "limits": [*before.get("limits", []), LINE]}


def test_comments_and_order_stay():
    text = '# top\nname = "x"\nlimits = [\n  "a",  # why\n]\n# end\n'
    assert with_line_in(text, "limits", "b") == (
        '# top\nname = "x"\nlimits = [\n  "a",  # why\n  "b",\n]\n# end\n'
    )


def test_what_is_no_toml_is_refused():
    with pytest.raises(tomllib.TOMLDecodeError):
        with_line_in("limits = [", "limits", "b")
