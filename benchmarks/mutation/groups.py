"""What is changed, and by which tests that should be seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.mutation.changes import Mutant, mutants

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Group:
    """Some modules and the tests that hold them.

    Attributes:
        files: Patterns of the modules' files.
        tests: The tests' files and folders.
        without: A word in the names of tests that are left out: those that start other programs.
        share: How many of a thousand mutants are of this group.
    """

    files: tuple[str, ...]
    tests: tuple[str, ...]
    without: tuple[str, ...] = ()
    share: int = 0

    def mutants(self) -> list[Mutant]:
        """All changes of the modules, in order."""
        paths = sorted({path for pattern in self.files for path in ROOT.glob(pattern)})
        return [mutant for path in paths for mutant in mutants(_dotted(path), path)]


GROUPS: Mapping[str, Group] = {
    "check": Group(
        ("planner/evaluate/*.py", "planner/evaluate/rules/*.py"), ("tests/evaluate",), share=550
    ),
    "door": Group(
        (
            *("planner/pack/number_grammar.py", "planner/pack/text_table.py"),
            *("planner/pack/cells.py", "planner/pack/names.py", "planner/pack/dates.py"),
        ),
        (
            *("tests/pack/test_number_grammar.py", "tests/pack/test_text_table.py"),
            *("tests/pack/test_check.py", "tests/pack/test_formats.py", "tests/pack/test_names.py"),
            *("tests/pack/test_dates.py", "tests/pack/test_work_records.py"),
            *("tests/pack/test_exactly.py", "tests/pack/test_reader_edges.py"),
            "tests/pack/test_opening.py",
        ),
        share=200,
    ),
    "escape": Group(
        ("planner/present/escape.py", "planner/present/markup.py"),
        (
            *("tests/present/test_escape.py", "tests/present/test_markup.py"),
            "tests/present/test_table_html.py",
        ),
        share=50,
    ),
    "store": Group(
        (
            *("planner/runs/store/*.py", "planner/runs/store/workspace/*.py"),
            *("planner/runs/folder.py", "planner/runs/files.py"),
            *("planner/runs/reading.py", "planner/runs/verify.py"),
        ),
        (
            *("tests/store", "tests/runs/test_folder.py", "tests/runs/test_files.py"),
            "tests/runs/test_verify.py",
        ),
        ("PostgreSQL", "killed", "concurrent"),
        share=200,
    ),
}


def _dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
