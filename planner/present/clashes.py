"""Rules that cannot hold together, in words."""

from __future__ import annotations

import re

import pandas as pd

from planner.plan import SolveReport
from planner.present.today import View

_FILE_KEY = re.compile(r"\s*\((?:rules|duplicates|sites|objective)\b[^()]*\)")


def clash_table(view: View, report: SolveReport) -> pd.DataFrame:
    """The rules that cannot hold together: name in the form, what clashes, what would help.

    The keys of the scenario file, which a page has no use for, are left out.
    """
    w = view.words
    return pd.DataFrame(
        [
            {
                w("column.rule_name"): w.texts.get(f"clash.{clash.rule.replace('.', '_')}", ""),
                w("column.clash"): _FILE_KEY.sub("", clash.text),
                w("column.repair"): _FILE_KEY.sub("", clash.repair),
            }
            for clash in report.clashes
        ]
    )
