"""What a sound sheet never has: a row or a cell twice or astray, or a text that is not there."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

from planner.pack.foreign import Refused

_AGAIN = "Open it in a spreadsheet program, look whether all is there, and save it again"


def read_strictly() -> None:
    """Has openpyxl refuse damaged sheets that it would read as something else."""
    from openpyxl.worksheet import _read_only  # noqa: PLC0415 - only in the child
    from openpyxl.worksheet._reader import WorkSheetParser  # noqa: PLC0415

    class StrictParser(WorkSheetParser):
        def __init__(self, source: Any, texts: Sequence[str], **options: Any) -> None:
            super().__init__(source, _Texts(texts), **options)

        def parse(self) -> Generator[Any, None, None]:
            last = 0
            for number, cells in super().parse():
                if number <= last:
                    told = f"row {number} after row {last}" if last else f"row {number}"
                    where = number if number >= 1 else None
                    raise Refused(told, "rows in their order, each once", _AGAIN, row=where)
                if len({cell["column"] for cell in cells}) < len(cells):
                    raise Refused("two cells in one place", "each cell once", _AGAIN, row=number)
                if strays := [cell["row"] for cell in cells if cell["row"] != number]:
                    told = f"a cell of row {strays[0]} in row {number}"
                    raise Refused(told, "each cell in its row", _AGAIN, row=number)
                last = number
                yield number, cells

    vars(_read_only)["WorkSheetParser"] = StrictParser


class _Texts(list[str]):
    """The texts that cells name by number; there is none below 0."""

    def __getitem__(self, at: Any) -> Any:
        if at < 0:
            raise Refused(f"a cell with text number {at}", "a text that is there", _AGAIN)
        return super().__getitem__(at)
