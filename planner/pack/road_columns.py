"""Which column of a road file says what: class, speed, direction, length, minutes."""

from __future__ import annotations

ROLES = {
    "class": (
        "highway", "fclass", "class", "road_class", "roadclass", "rdclass", "functional_class",
        "func_class", "hwy", "road_type", "roadtype", "type", "surftype", "surface_type",
    ),
    "speed": ("speed_kmh", "maxspeed", "max_speed", "speed", "speed_limit", "kmh", "kph"),
    "one_way": ("oneway", "one_way", "is_oneway"),
    "length": (
        "km", "length_km", "len_km", "road_km", "distance_km", "length_m", "length", "shape_length",
        "shape_leng", "shape_len", "st_length",
    ),
    "minutes": ("minutes", "travel_min", "drive_min", "time_min", "duration_min", "travel_time"),
    "access": ("access",),
    "motor_vehicle": ("motor_vehicle",),
    "junction": ("junction",),
}  # fmt: skip
TAGS = "other_tags"
WANTED = frozenset(name for names in ROLES.values() for name in names) | {TAGS}
