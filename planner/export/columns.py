"""What each column of an export means: its label, unit, format and one sentence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["text", "count", "number", "share", "money", "degrees", "flag"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `key` heads it in CSV, `header` in a spreadsheet."""

    key: str
    label: str
    unit: str
    kind: Kind
    meaning: str

    @property
    def header(self) -> str:
        """The label with its unit."""
        return f"{self.label} ({self.unit})" if self.unit else self.label


_COLUMNS = {
    column.key: column
    for column in (
        # who and where
        Column("site", "Site", "", "text", "Id of the site in the data pack."),
        Column("name", "Name", "", "text", "Name in the data pack."),
        Column("site_name", "Site name", "", "text", "Name of the site in the data pack."),
        Column("area", "Area code", "", "text", "Code of the area in which it lies."),
        Column("area_name", "Area", "", "text", "Name of the area in which it lies."),
        Column(
            "status",
            "Status",
            "",
            "text",
            "existing: a branch today; proposed: announced; candidate: a place for a new one.",
        ),
        Column("format", "Format", "", "text", "Size of the branch; empty where none is chosen."),
        Column("lat", "Latitude", "°", "degrees", "Latitude, WGS 84; south is negative."),
        Column("lon", "Longitude", "°", "degrees", "Longitude, WGS 84; west is negative."),
        Column("x_m", "x", "m", "number", "Easting in the pack's projection."),
        Column("y_m", "y", "m", "number", "Northing in the pack's projection."),
        Column("demand_point", "Demand point", "", "text", "Id of the place people come from."),
        Column("visit_type", "Visit type", "", "text", "Id of the reason to travel."),
        Column("visit_type_name", "Visit type name", "", "text", "Name of the visit type."),
        # services
        Column("service", "Service", "", "text", "Id of the service in the data pack."),
        Column("service_name", "Service name", "", "text", "Name of the service."),
        Column("division", "Division", "", "text", "Division that is in charge of the service."),
        Column("services", "Services", "", "text", "Ids of the services, joined by semicolons."),
        Column(
            "services_added",
            "Services added",
            "",
            "text",
            "Ids of those services that are not offered there today.",
        ),
        Column("offered_today", "Offered today", "", "flag", "Whether it is offered there today."),
        Column("action", "Action", "", "text", "open, add services, end services, close or keep."),
        # figures
        Column(
            "visits_per_year",
            "Visits",
            "a year",
            "number",
            "Yearly visits in person: of an area, by its people; of a branch, to it.",
        ),
        Column(
            "unserved_visits_per_year",
            "Unserved visits",
            "a year",
            "number",
            "Yearly visits that no branch of the plan can complete.",
        ),
        Column("share", "Share", "", "share", "Share of these visits that go to this site."),
        Column("minutes", "Travel", "min, one way", "number", "Travel time to the site."),
        Column("km", "Distance", "km, one way", "number", "Distance of the travel model."),
        Column("mean_min", "Mean travel", "min, one way", "number", "Mean over served visits."),
        Column("mean_km", "Mean distance", "km, one way", "number", "Mean over served visits."),
        Column(
            "within_standard",
            "Within standard",
            "",
            "share",
            "Share of served visits that keep the travel standard of each service done.",
        ),
        Column("worst_min", "Longest travel", "min, one way", "number", "The longest of all."),
        Column("branches", "Branches", "", "count", "Branches of the plan."),
        Column("branches_today", "Branches today", "", "count", "Branches today."),
        Column("capital_kes", "Capital", "KES", "money", "One-off cost of opening."),
        Column("annual_kes", "Yearly cost", "KES a year", "money", "Running cost."),
        Column(
            "annual_cost_kes",
            "Cost per branch",
            "KES a year",
            "money",
            "Yearly cost of offering the service at one branch.",
        ),
        Column(
            "capacity_visits_per_year",
            "Capacity",
            "visits a year",
            "number",
            "Visits that can be served; empty where it is not given.",
        ),
        Column("counters", "Counters", "", "number", "Counters; empty where not given."),
        Column(
            "counter_min_per_year",
            "Counter work",
            "min a year",
            "number",
            "Minutes a year at the counters that the visits to the branch take.",
        ),
        Column(
            "utilisation",
            "Utilisation",
            "",
            "share",
            "Work over capacity, of visits or counters, whichever is fuller; empty without limit.",
        ),
        Column("rule", "Rule", "", "text", "hard: must be kept; soft: missed as little as can be."),
        Column("within_min", "Within", "min, one way", "number", "Longest travel that counts."),
        Column("share_asked", "Asked for", "", "share", "Least share of the visits within it."),
        Column("share_reached", "Reached", "", "share", "Share of the visits within it."),
        Column(
            "visits_short",
            "Visits short",
            "a year",
            "number",
            "Visits that are missing to the share asked for.",
        ),
        Column("standard_min", "Travel standard", "min", "number", "Longest acceptable travel."),
        Column(
            "separation_km",
            "Separation",
            "km",
            "number",
            "Two branches with this service no farther apart than this are duplicates.",
        ),
        Column(
            "separation_dense_km",
            "Separation, dense areas",
            "km",
            "number",
            "Replaces the separation between two sites in dense areas.",
        ),
        # duplicates
        Column("minutes_apart", "Minutes apart", "min", "number", "Travel time between the two."),
        Column(
            "separation_min",
            "Separation in minutes",
            "min",
            "number",
            "Two branches with this service no farther apart than this are duplicates.",
        ),
        Column(
            "merged_away",
            "If merged, ends at",
            "",
            "text",
            "Id of the site that would stop offering the service if the pair were merged.",
        ),
        Column(
            "merged_visits_per_year",
            "Visits that move",
            "a year",
            "number",
            "Yearly visits that need the service there.",
        ),
        Column(
            "merged_stranded_per_year",
            "Visits stranded",
            "a year",
            "number",
            "Those of them that no other branch of the plan could complete.",
        ),
        Column(
            "merged_extra_min_per_year",
            "Extra travel if merged",
            "min a year, one way",
            "number",
            "Travel added for all who would have to go elsewhere.",
        ),
        Column(
            "merged_extra_min_per_visit",
            "Extra travel if merged, a visit",
            "min, one way",
            "number",
            "The same for one visit that moves.",
        ),
        Column(
            "merged_saved_kes_per_year",
            "Saved if merged",
            "KES a year",
            "money",
            "Yearly cost of the offering; of the branch too where nothing is left there.",
        ),
        Column("site_a", "Site A", "", "text", "One branch of the pair."),
        Column("site_a_name", "Site A name", "", "text", "Its name."),
        Column("site_b", "Site B", "", "text", "The other branch of the pair."),
        Column("site_b_name", "Site B name", "", "text", "Its name."),
        Column(
            "load_visits_per_year",
            "Load",
            "visits a year",
            "number",
            "Yearly visits of the service at both branches together.",
        ),
        Column(
            "justified",
            "Justified",
            "",
            "flag",
            "Whether the load needs more than one of the two branches can serve.",
        ),
        Column("duplicate_pairs", "Duplicate pairs", "", "count", "Pairs within the separation."),
        Column("duplicate_justified", "… justified", "", "count", "Pairs that the load needs."),
        Column("duplicate_unnecessary", "… unnecessary", "", "count", "Pairs that it does not."),
        # marks
        Column("source", "Source", "", "text", "Where the figures of the row come from."),
        Column(
            "confidence",
            "Confidence",
            "",
            "text",
            "found, derived, general, or assumption; empty where the pack does not say.",
        ),
        Column("note", "Note", "", "text", "A remark in the data pack."),
        # summary, rules, sources, dictionary
        Column("section", "Section", "", "text", "What the row belongs to."),
        Column("figure", "Figure", "", "text", "What is told."),
        Column("plan", "Plan", "", "number", "The plan of this run."),
        Column("today", "Today", "", "number", "Today's network, scored in the same way."),
        Column("change", "Change", "", "number", "Plan minus today."),
        Column("unit", "Unit", "", "text", "Unit of the figures in the row."),
        Column("id", "Id", "", "text", "Id in the data pack of what the row is about."),
        Column("key", "Rule", "", "text", "Key in the scenario file."),
        Column("value", "Value", "", "number", "Its value."),
        Column("low", "Low", "", "number", "Low end of its range."),
        Column("high", "High", "", "number", "High end of its range."),
        Column("table", "Table", "", "text", "The sheet or file."),
        Column("column", "Column", "", "text", "The column's name in CSV and GeoJSON."),
        Column("label", "Label", "", "text", "The column's name in the workbook."),
        Column("meaning", "Meaning", "", "text", "What the column holds."),
        # on every row of a CSV file
        Column("run_id", "Run", "", "text", "Fingerprint of the question and time of the run."),
        Column("created", "Created", "", "text", "When the run was made (UTC)."),
        Column("version", "Version", "", "text", "Version of Ugatuzi Planner."),
        Column("fingerprint", "Fingerprint", "", "text", "Hash of all that makes the answer."),
        Column("attribution", "Attribution", "", "text", "Sources to be named, with licences."),
        Column(
            "travel",
            "Travel",
            "",
            "text",
            "How travel is measured, from which sources, and how far off half of the roads of "
            "known length are at most.",
        ),
    )
}


# What the travel model measures, and sums and differences of it.
_OF_TRAVEL = frozenset(
    {"minutes", "km", "mean_min", "mean_km", "worst_min", "minutes_apart"}
    | {"merged_extra_min_per_year", "merged_extra_min_per_visit"}
)


def columns(keys: tuple[str, ...], currency: str, error: str) -> tuple[Column, ...]:
    """The columns of a table; money in the pack's currency, `today_` columns explained.

    `error`: how far figures of travel may be off, in words; it stands with their unit.
    """
    return tuple(_column(key, currency, error) for key in keys)


def _column(key: str, currency: str, error: str) -> Column:
    if key.startswith("today_"):
        now = _column(key.removeprefix("today_"), currency, error)
        return replace(
            now, key=key, label=f"{now.label}, today", meaning=f"{now.meaning} Today's network."
        )
    column = _COLUMNS[key]
    if key in _OF_TRAVEL:
        return replace(column, unit=f"{column.unit}, {error}")
    return replace(column, unit=column.unit.replace("KES", currency))
