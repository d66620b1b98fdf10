"""Names of counties: harmless spellings are understood, near misses are never guessed."""

from __future__ import annotations

from battery.case import Case, refused, taken

HARMLESS = {
    "Nairobi": "047",
    "NAIROBI CITY": "047",
    "Nairobi City County": "047",
    "County of Nairobi": "047",
    "Kaunti ya Nairobi": "047",
    " Nairobi ": "047",
    "Nairobi\u00a0County": "047",
    "\uff2e\uff41\uff49\uff52\uff4f\uff42\uff49": "047",
    "Nai\u200brobi": "047",
    "47": "047",
    "047": "047",
    "Homa-Bay": "043",
    "HOMABAY": "043",
    "homa  bay county": "043",
    "Murang\u2019a": "021",
    "Murang'a": "021",
    "Murang`a": "021",
    "Murang\u02bca": "021",
    "Murang\u00b4a": "021",
    "MURANGA": "021",
    "Taita/Taveta": "006",
    "Taita Taveta": "006",
    "TAITA-TAVETA": "006",
    "Taita & Taveta": "006",
    "THARAKA NITHI": "013",
    "Tharaka\u2013Nithi": "013",
    "Tharaka - Nithi": "013",
    "Elgeyo/Marakwet": "028",
    "Elgeyo Marakwet": "028",
    "Keiyo-Marakwet": "028",
    "Trans-Nzoia": "026",
    "TransNzoia": "026",
    "Uasin-Gishu": "027",
    "west pokot": "024",
    "TANA_RIVER": "004",
}
NEAR = {
    "Nairob": "Nairobi",
    "Malindi": "code or name",
    "Mombassa": "Mombasa",
    "Garisa": "Garissa",
    "Tranzoia": "Trans Nzoia",
    "Pokot": "West Pokot",
    "Marakwet": "Elgeyo-Marakwet",
    "Thika": "code or name",
    "Kisii Town": "Kisii",
    "Homa": "Homa Bay",
    "Kis": "code or name",
    "N\u0430rok": "code or name",  # a Cyrillic letter
    "Nand\u00ed": "Nandi",
    "48": "code or name",
    "0": "code or name",
    "47.0": "code or name",
    "-47": "code or name",
    "Nairobi;Kiambu": "Nairobi",
    "Nairobi and Kiambu": "Nairobi",
    "Kenya": "code or name",
    "county": "code or name",
}


def _case(name: str, verdict: object) -> Case:
    text = f'area,population\n"{name}",5\n'
    return Case(f"a county named {name!a}", "c.csv", "area_demand", text.encode(), verdict)


CASES = (
    *(
        _case(name, taken(1, cells={(2, "area"): code}, population=5))
        for name, code in HARMLESS.items()
    ),
    *(_case(name, refused((2, "area", word))) for name, word in NEAR.items()),
)
