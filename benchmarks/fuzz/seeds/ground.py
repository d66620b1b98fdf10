"""The pack that inputs are joined to, and tables of every kind."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tests.pack import test_formats, test_road_changes, test_stations_file, test_voices, tiny

Seeds = Iterable[bytes]
TOWNS = (
    "name,lat,lon,population,source,confidence\nBig,-0.4,36.4,4000,s,found\nSmall,-0.3,37.2,,,\n"
)
AREA_DEMAND = "area,visit_type,visits_per_year,low,high\nWest,get_card,10,8,12\n002,get_deed,3,,\n"
FRAME = "stratum,population,person\nnorth,120,\nsouth,60,\n"
PEOPLE = "stratum,person\nnorth,a1\nnorth,a2\nsouth,b1\n"
RECORDS = (
    "date,branch,division,service,channel,served,turned_away,wait_min,service_min,staff,"
    "origin_area,first_visit,complete,source,confidence\n"
    "2024-01-02,s1,,Get a card,branch,12,3,20.5,8,2,West,yes,no,book,found\n"
    "03/01/2024,Alpha town,,get_card,outreach,7,,,,,001,ndiyo,0,,\n"
)
TRAVEL = "demand_point,site,minutes,km,kes\np1,s1,0,0,0\np1,s2,131.5,141,\np2,s1,60,61.25,100\n"
BY_KIND = {
    "area_demand": [AREA_DEMAND, "county;population\nWest;1,200\nEast;900\nTotal;2,100\n"],
    "demand_points": [tiny.FILES["demand_points.csv"]],
    "sites": [tiny.FILES["sites.csv"], test_formats.SITES],
    "formats": [test_formats.FORMATS],
    "visits": [tiny.FILES["visits.csv"]],
    "travel": [TRAVEL],
    "areas": ["code,name\n001,West\n002,East\n"],
    "towns": [TOWNS],
    "work_records": [RECORDS],
    "survey": [test_voices.SURVEY],
    "audit": [test_voices.AUDIT],
    "actions": [test_voices.ACTIONS],
    "comments": [test_voices.COMMENTS],
    "survey_frame": [FRAME, PEOPLE],
    "station_counts": [test_stations_file.COUNTS],
    "road_changes": [test_road_changes.HEADER + test_road_changes.FERRY],
}


def pack_in(place: Path) -> Path:
    """The pack that tables are joined to."""
    return tiny.write(
        place / "pack", voices_toml=test_voices.VOICES, formats_csv=test_formats.FORMATS,
        sites_csv=test_formats.SITES, services_csv=test_formats.SERVICES,
    )  # fmt: skip
