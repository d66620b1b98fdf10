"""The only door: reads, checks and writes data packs and single tables."""

from typing import TYPE_CHECKING

from planner.lazily import named

if TYPE_CHECKING:
    from planner.pack.check import KINDS, CheckReport, check_pack, check_table
    from planner.pack.faults import describe_faults
    from planner.pack.locate import DEFAULT_PACK, builtin_packs, bundle_root, data_root, find_pack
    from planner.pack.number_grammar import number_text
    from planner.pack.packfile import read_pack
    from planner.pack.write import write_pack
else:  # many commands need little of it
    __getattr__ = named(
        __name__,
        {
            "check": ("KINDS", "CheckReport", "check_pack", "check_table"),
            "faults": ("describe_faults",),
            "locate": ("DEFAULT_PACK", "builtin_packs", "bundle_root", "data_root", "find_pack"),
            "number_grammar": ("number_text",),
            "packfile": ("read_pack",),
            "write": ("write_pack",),
        },
    )

__all__ = [
    "DEFAULT_PACK",
    "KINDS",
    "CheckReport",
    "builtin_packs",
    "bundle_root",
    "check_pack",
    "check_table",
    "data_root",
    "describe_faults",
    "find_pack",
    "number_text",
    "read_pack",
    "write_pack",
]
