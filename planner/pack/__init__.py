"""The only door: reads and checks data packs and single tables."""

from planner.pack.faults import describe_faults
from planner.pack.locate import builtin_packs, bundle_root, data_root, find_pack
from planner.pack.packfile import read_pack

__all__ = [
    "builtin_packs",
    "bundle_root",
    "data_root",
    "describe_faults",
    "find_pack",
    "read_pack",
]
