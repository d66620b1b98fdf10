import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.pack.columns import AREA_DEMAND, VISITS
from planner.pack.faults import Findings
from planner.pack.header import count_known
from planner.pack.tables import read_table
from planner.pack.text_table import read_text_grid

TABLE = [["demand_point", "visit_type", "visits_per_year"], ["001", "Café", "5"], ["2", "NA", "0"]]


def read(content, schema=VISITS, most_rows=1000):
    findings = Findings()
    grid = read_text_grid(
        content, "t.csv", findings, lambda cells: count_known(cells, schema), most_rows
    )
    table = None if grid is None else read_table(grid, schema, findings)
    return table, findings


def rows(table):
    return [tuple(row.values[name] for name in TABLE[0]) for row in table.rows]


def as_text(separator=",", end="\n"):
    return end.join(separator.join(row) for row in TABLE) + end


WANTED = [("001", "Café", 5), ("2", "NA", 0)]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_usual_form_reads_the_same(separator, end, encoding):
    table, findings = read(as_text(separator, end).encode(encoding))
    assert not findings.faults
    assert rows(table) == WANTED
    told = "\n".join(findings.warnings)
    assert ("Windows-1252" in told) == (encoding == "cp1252")
    assert ("read as UTF-16" in told) == (encoding == "utf-16")
    assert "BOM" not in told


def test_an_excel_sep_line_is_obeyed_and_not_counted():
    table, _ = read(("sep=;\n" + as_text(";")).encode())
    assert [row.number for row in table.rows] == [2, 3]
    _, findings = read(b"sep=x\na\n")
    assert findings.faults[0].found == "sep=x"


def test_titles_blank_lines_totals_and_notes_are_left_out_and_said():
    text = (
        "Visits 2024,,\n\ndemand_point,visit_type,visits_per_year\na,v,10\n,,\nb,v,5\n"
        "Total,,15\nSource: counted,,\n"
    )
    table, findings = read(text.encode())
    assert [(row.number, row.values["visits_per_year"]) for row in table.rows] == [(4, 10), (6, 5)]
    assert not findings.faults
    told = "\n".join(findings.warnings)
    assert "row 1 above the header" in told
    assert "row 7 (Total) is a total row" in told
    assert "row 8 is a note" in told


def test_a_total_behind_a_cell_of_blanks_is_a_total():
    table, findings = read(b'demand_point,visit_type,visits_per_year\na,v,10\n"  ",Total,10\n')
    assert [row.number for row in table.rows] == [2]
    assert not findings.faults
    assert any("row 3 (Total) is a total row" in each for each in findings.warnings)


@pytest.mark.parametrize("word", ["Jumla", "TOTAL", "Grand total", "Sub-total"])
def test_a_total_that_does_not_add_up_is_said(word):
    text = f"area,population\nA,10\nB,20\n{word},31\n"
    table, findings = read(text.encode(), AREA_DEMAND)
    assert len(table.rows) == 2
    assert any("31" in each and "30" in each for each in findings.warnings)


@pytest.mark.parametrize(
    ("text", "row", "found"),
    [
        ("demand_point,visit_type,visits_per_year\na,v,1,2\n", 2, "4 fields"),
        ("demand_point,visit_type,visits_per_year\na,v,1\n\nb,v\n", 4, "2 fields"),
        ('demand_point,visit_type,visits_per_year\na,"v,1\nb,v,2\n', 2, "quotation"),
        ('demand_point,visit_type,visits_per_year\na,"v"x,1\n', 2, "quotation"),
        ("demand_point,visit_type,visits_per_year\n", 1, "no rows"),
        ("", None, "an empty file"),
        ("  \n\n", None, "an empty file"),
        ("a\0b", None, "no text"),
        ("a\n\nc\0", 3, "no text"),
        ("a\rb\0", 2, "no text"),
        ("demand_point,visit_type,visits_per_year\na,v,-3\n", 2, "-3"),
        ("demand_point,visit_type,visits_per_year\na,v,\n", 2, "a blank cell"),
        ("demand_point,visit_type,visits_per_year\na,v,NA\n", 2, "NA"),
        ("demand_point,visit_type,visits_per_year\n1.23E+17,v,1\n", 2, "1.23E+17"),
        ("demand_point,visit_type,visits_per_year\na,v,1\na,v,2\n", 3, "a + v"),
        ("demand_point,visit_type,visits_per_year,visits_per_year\na,v,1,2\n", 1, "twice"),
        ("demand_point,visit_type,vists_per_year\na,v,1\n", 1, "missing column"),
    ],
)
def test_each_fault_has_its_row(text, row, found):
    _, findings = read(text.encode())
    assert len(findings.faults) == 1, [str(each) for each in findings.faults]
    fault = findings.faults[0]
    assert fault.row == row
    assert found in fault.found
    assert fault.file == "t.csv"


@pytest.mark.parametrize("text", ["x" * 5_000_000, "demand_point,visit_type\n" + "x" * 200_000])
def test_a_line_without_end_is_not_called_a_quotation_mark(text):
    _, findings = read(text.encode())
    assert len(findings.faults) == 1
    assert f"a line of {len(text.splitlines()[-1]):,} characters" in findings.faults[0].found
    unpaired = 'demand_point,visit_type,visits_per_year\n"a,v,1\n' + "b,v,1\n" * 50_000
    assert "quotation mark" in read(unpaired.encode())[1].faults[0].found


@pytest.mark.parametrize("text", ["=3", "-3", "@x"])
def test_an_apostrophe_is_no_guard_where_another_stands_without(text):
    table, findings = read(f"{','.join(TABLE[0])}\n{text},v,1\n'{text},v,2\n".encode())
    assert not findings.faults
    assert [row.text("demand_point") for row in table.rows] == [text, f"'{text}"]
    assert any("apostrophe" in each and f"'{text}" in each for each in findings.warnings)
    table, findings = read(f"{','.join(TABLE[0])}\n'{text},v,1\n'b,v,2\n".encode())
    assert [row.text("demand_point") for row in table.rows] == [text, "'b"]
    assert not findings.warnings


def test_a_guarded_number_among_plain_ones_is_a_number():
    table, _ = read(b"demand_point,visit_type,visits_per_year,note\na,v,'+4,'=x\nb,v,+5,\n")
    assert [row.values["visits_per_year"] for row in table.rows] == [4, 5]


def test_rows_without_a_part_of_their_key_are_not_called_doubled():
    _, findings = read(b"demand_point,visits_per_year\na,1\na,2\n")
    assert [each.found for each in findings.faults] == ["missing column: visit_type"]


def test_too_many_rows_are_refused():
    lines = "demand_point,visit_type,visits_per_year\n" + "".join(f"p{n},v,1\n" for n in range(9))
    _, findings = read(lines.encode(), most_rows=5)
    assert "more than 5 rows" in findings.faults[0].found


def test_a_missing_column_names_what_was_found_and_what_is_meant():
    _, findings = read(b"demand_point,visit_type,vists_per_year\na,v,1\n")
    fault = findings.faults[0]
    assert "Found: demand_point, visit_type, vists_per_year" in fault.message
    assert "vists_per_year meant" in fault.message


def test_headings_are_understood_and_said():
    table, findings = read(b"Point ; Visit type ;Annual visits;Extra\na;v;1;x\n")
    assert rows(table) == [("a", "v", 1)]
    told = "\n".join(findings.warnings)
    assert "Annual visits as visits_per_year" in told
    assert "not used: Extra" in told


def test_an_exact_heading_wins_over_another_name():
    table, _ = read(b"visits,demand_point,visit_type,visits_per_year\n9,a,v,1\n")
    assert rows(table) == [("a", "v", 1)]


@pytest.mark.parametrize("name", ["{{7*7}}", "<img src=x onerror=alert(1)>", "$x$", "=1+1", "'=x"])
def test_hostile_names_are_read_exactly(name):
    guarded = f"'{name}" if name.lstrip("'").startswith("=") else name
    out = io.StringIO()
    csv.writer(out).writerows([TABLE[0], [guarded, "v", "1"]])
    table, findings = read(out.getvalue().encode())
    assert not findings.faults
    assert table.rows[0].values["demand_point"] == name


_NAMES = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="'=+-@"),
    min_size=1,
    max_size=12,
).map(lambda text: f"n{text}n")


@given(
    st.lists(
        st.tuples(_NAMES, st.integers(0, 10**9)), min_size=1, max_size=20, unique_by=lambda x: x[0]
    ),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_rows_in_are_rows_out_and_sums_are_equal(data, separator, end):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator=end)
    writer.writerow(TABLE[0])
    writer.writerows([name, "v", count] for name, count in data)
    table, findings = read(out.getvalue().encode())
    assert not findings.faults, findings.faults
    assert [(row.values["demand_point"], row.values["visits_per_year"]) for row in table.rows] == [
        (name.strip(), count) for name, count in data
    ]
    assert table.totals(VISITS) == {"visits_per_year": sum(count for _, count in data)}


@given(st.binary(max_size=300))
def test_any_bytes_give_a_table_or_a_fault(content):
    table, findings = read(content)
    assert table is not None or findings.faults


# -- exactly -------------------------------------------------------------------------------


def warnings_of(content, **options):
    """What is said of a sound table."""
    table, findings = read(content, **options)
    assert findings.faults == []
    assert rows(table) == WANTED
    return findings.warnings


@pytest.mark.parametrize(
    ("encoding", "separator", "told"),
    [
        ("utf-8", ",", []),
        ("utf-8-sig", ",", []),
        ("utf-8", ";", ["t.csv: fields are separated by semicolons"]),
        ("utf-8", "\t", ["t.csv: fields are separated by tabs"]),
        ("utf-16", ",", ["t.csv: read as UTF-16 text"]),
        ("utf-16-le", ",", ["t.csv: read as UTF-16 text, though it does not say so"]),
        ("utf-16-be", ",", ["t.csv: read as UTF-16 text, though it does not say so"]),
    ],
)
def test_what_was_understood_is_told_in_one_sentence_each(encoding, separator, told):
    assert warnings_of(as_text(separator).encode(encoding)) == told


@pytest.mark.parametrize("more", range(6))
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_unmarked_letters_of_two_bytes_are_known_at_any_length(encoding, more):
    text = as_text() + "\n" * more
    assert len(warnings_of(text.encode(encoding))) == 1


@pytest.mark.parametrize(
    "content",
    [
        as_text().encode("utf-16-le")[:-1],  # half a letter at the end
        as_text().encode("utf-16-be") + b"\x00",
        b"id,name\n1,A\x00bc\n",  # one zero byte among letters of one byte
        ("か" * 60 + "a" * 40).encode("utf-16-le"),  # fewer zero bytes than letters
        ("か" * 60 + "a" * 40).encode("utf-16-be"),
        "a\x00".encode("utf-16-le") * 20,
        ("か" * 50 + "a" * 50).encode("utf-16-le"),  # as many as letters
        b"a\x00b\x00c\x00\xc3\x81d\x00e",  # zero bytes within letters of UTF-8
    ],
)
def test_zero_bytes_that_prove_no_encoding_are_no_text(content):
    table, findings = read(content)
    assert table is None
    assert [each.found for each in findings.faults] == ["bytes that are no text"]
    assert findings.warnings == []


def test_a_separator_that_is_named_and_is_none_is_told_with_its_row():
    _, findings = read(b"sep=x\na\n")
    assert [(each.row, each.found) for each in findings.faults] == [(1, "sep=x")]


def separator_of(text, known=lambda cells: 0):
    """The separator under which a text is read whose columns score as `known` says."""
    return read_text_grid(text.encode(), "t.csv", Findings(), known, 100).separator


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("id\n1\n", ","),
        ("id;b;c\n1;2;3\n", ";"),
        ("a title\nid;b;c\n1;2;3\n", ";"),
        ("id;b;c\nthe end\n", ";"),
        ("id,b;c\n", ","),
        ("id,b;c;d\n", ";"),
    ],
)
def test_of_a_table_that_nobody_knows_the_widest_rows_show_the_separator(text, separator):
    assert separator_of(text) == separator


def test_of_separators_that_know_as_many_columns_the_first_counts():
    """Else a table of one column would be read under whichever comes last."""
    assert separator_of("id;b|c\n", lambda cells: 1) == ","


@pytest.mark.parametrize(("above", "separator"), [(39, ";"), (40, ",")])
def test_the_separator_shows_in_the_first_forty_rows(above, separator):
    text = "x\n" * above + "id;name\n"
    assert separator_of(text, lambda cells: "id" in cells) == separator


def test_the_apostrophes_that_stay_are_told_with_their_column():
    names = [f"'={letter}" for letter in "abcdefghi"] + ["=z"]
    text = "id,name\n" + "".join(f"{at},{name}\n" for at, name in enumerate(names))
    findings = Findings()
    grid = read_text_grid(text.encode(), "t.csv", findings, len, 100)
    assert [record.cells[1] for record in grid.records[1:]] == names
    (told,) = findings.warnings
    assert told == (
        "t.csv: column 2: the apostrophe of '=a, '=b, '=c and 6 more is kept as part of the text,"
        " as =z stands there without one"
    )


@pytest.mark.parametrize("number", ["-1E5", "-1e5", "+3", "-1 234,5"])
def test_a_number_below_zero_is_no_text_without_an_apostrophe(number):
    text = f'id,name\n1,\'=a\n2,"{number}"\n'
    findings = Findings()
    grid = read_text_grid(text.encode(), "t.csv", findings, len, 100)
    assert [record.cells[1] for record in grid.records[1:]] == ["=a", number]
    assert findings.warnings == []


def faults_of(content, **options):
    return [(each.row, each.found) for each in read(content, **options)[1].faults]


def test_rows_are_counted_without_the_header():
    assert faults_of(as_text().encode(), most_rows=2) == []
    assert faults_of(as_text().encode(), most_rows=1) == [(3, "more than 1 rows")]


def test_a_table_of_separators_alone_is_an_empty_file():
    assert faults_of(b",,\n , \n") == [(None, "an empty file")]


def test_a_quotation_mark_that_does_not_pair_is_told_at_its_row():
    told = "a quotation mark that does not pair"
    assert faults_of(b'"a\n') == [(1, told)]
    assert faults_of(b'id,name\n1,"a\n') == [(2, told)]


def test_a_line_longer_than_any_is_told_with_its_row_and_length():
    most = csv.field_size_limit()
    long = "x" * (most + 1)
    assert faults_of(f"id\n{long}\n".encode()) == [(2, f"a line of {most + 1:,} characters")]
    lines = f'id\n"{"x" * (most - 1)}\nmore"\n'  # two lines, neither of them too long
    assert faults_of(lines.encode()) == [(2, f"a cell of more than {most:,} characters")]


@pytest.mark.parametrize(("letters", "separator"), [(65_535, ","), (65_500, ";")])
def test_the_separator_shows_in_the_first_64_kilobytes(letters, separator):
    text = "x" * letters + "\nid;name\n"
    assert separator_of(text, lambda cells: "id" in cells) == separator
