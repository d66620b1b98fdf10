"""Text tables as offices send them: encodings, separators, numbers, rows that are no data."""

from __future__ import annotations

from battery.case import Case, refused, taken

TWO = "area,population\nNairobi,100\nMombasa,50\n"
VISITS = "demand_point,visit_type,visits_per_year\n"
SITES = "id,name,area,lat,lon\n"
RECORDS = "date,branch,service,served\n"
COUNTS = {"population": 150}


def demand(why: str, text: str | bytes, verdict: object, told_more: str = "") -> Case:
    content = text if isinstance(text, bytes) else text.encode()
    return Case(why, "counties.csv", "area_demand", content, verdict, told_more)


def visits(why: str, text: str, verdict: object, told_more: str = "") -> Case:
    return Case(why, "visits.csv", "visits", text.encode(), verdict, told_more)


def sites(why: str, text: str, verdict: object) -> Case:
    return Case(why, "sites.csv", "sites", text.encode(), verdict)


def records(why: str, day: str, verdict: object) -> Case:
    text = f"{RECORDS}{day},b,s,4\n"
    return Case(why, "records.csv", "work_records", text.encode(), verdict)


MURANGA = "area,population\nMurang\u2019a,100\nMombasa,50\n"
ENCODINGS = (
    demand("plain UTF-8", TWO, taken(2, **COUNTS)),
    demand("UTF-8 with a mark", TWO.encode("utf-8-sig"), taken(2, **COUNTS)),
    demand(
        "Windows-1252 with a curly apostrophe",
        MURANGA.encode("cp1252"),
        taken(2, "Windows-1252", cells={(2, "area"): "021"}, **COUNTS),
    ),
    demand("UTF-16 little with a mark", TWO.encode("utf-16"), taken(2, "UTF-16", **COUNTS)),
    demand(
        "UTF-16 big with a mark",
        b"\xfe\xff" + TWO.encode("utf-16-be"),
        taken(2, "UTF-16", **COUNTS),
    ),
    demand("UTF-16 little without a mark", TWO.encode("utf-16-le"), taken(2, "UTF-16", **COUNTS)),
    demand("UTF-16 big without a mark", TWO.encode("utf-16-be"), taken(2, "UTF-16", **COUNTS)),
    demand("UTF-32 with a mark", TWO.encode("utf-32"), taken(2, "UTF-32", **COUNTS)),
    demand(
        "Mac Roman with a curly apostrophe",
        MURANGA.encode("mac-roman"),
        refused((2, "area", "code or name of an area")),
    ),
    demand(
        "Mac Roman that is no Windows-1252",
        "area,population\nKis\u00e8,1\n".encode("mac-roman"),
        refused((None, None, "encoding")),
    ),
    demand("UTF-16 cut in a letter", TWO.encode("utf-16")[:-1], refused((None, None, "damaged"))),
    demand("bytes of nothing", bytes(range(256)) * 4, refused((None, None, "text"))),
    demand("a zero byte", b"area,population\nNai\x00robi,1\n", refused((2, None, "text"))),
    Case(
        "double encoding",
        "towns.csv",
        "towns",
        "name,lat,lon\nCaf\u00c3\u00a9,-1,37\n".encode(),
        taken(1, "encoded twice", cells={(2, "name"): "Caf\u00c3\u00a9"}),
    ),
    Case(
        "letters lost for good",
        "towns.csv",
        "towns",
        "name,lat,lon\nCaf\ufffd,-1,37\n".encode(),
        taken(1, "lost", cells={(2, "name"): "Caf\ufffd"}),
    ),
)
SEPARATORS = (
    demand("semicolons", TWO.replace(",", ";"), taken(2, "semicolon", **COUNTS)),
    demand("tabs", TWO.replace(",", "\t"), taken(2, "tab", **COUNTS)),
    demand("bars", TWO.replace(",", "|"), taken(2, "vertical bar", **COUNTS)),
    demand("a sep= line", "sep=;\n" + TWO.replace(",", ";"), taken(2, **COUNTS)),
    demand("a quoted sep= line", '"sep=;"\r\n' + TWO.replace(",", ";"), taken(2, **COUNTS)),
    demand("an odd sep= line", "sep=x\n" + TWO, refused((1, None, "sep=x"))),
    demand("a colon as separator", TWO.replace(",", ":"), refused(
        (1, "area", "missing column"), (1, "population or visits_per_year", "missing column"),
    )),
    demand("CR line ends", TWO.replace("\n", "\r"), taken(2, **COUNTS)),
    demand("CRLF line ends", TWO.replace("\n", "\r\n"), taken(2, **COUNTS)),
    demand("mixed line ends", "area,population\r\nNairobi,100\rMombasa,50\n", taken(2, **COUNTS)),
    demand("no line end at the end", TWO.strip(), taken(2, **COUNTS)),
    demand("quotes everywhere", '"area","population"\n"Nairobi","100"\n"Mombasa","50"\n',
           taken(2, **COUNTS)),
    demand("a quote that does not close", 'area,population\n"Nairobi,100\nMombasa,50\n',
           refused((2, None, "quotation"))),
    demand("a quote closed too early", 'area,population\nMombasa,50\n"Nai"robi,100\n',
           refused((3, None, "quotation"))),
    demand("a field too many", "area,population\nNairobi,100,7\nMombasa,50\n",
           refused((2, None, "3 fields"))),
    demand("a field too few", "area,population\nNairobi,100\nMombasa\n",
           refused((3, None, "1 field"))),
    demand("fields too many and too few, and a bad number",
           "area,population\nNairobi,1,2\nMombasa\nKwale,x\n",
           refused((2, None, "3 fields"), (3, None, "1 field"), (4, "population", "number"))),
    demand("an unquoted thousand", "area,population\nNairobi,1,234\nMombasa,50\n",
           refused((2, None, "3 fields"))),
    demand("a trailing separator in every row", "area,population,\nNairobi,100,\nMombasa,50,\n",
           taken(2, **COUNTS)),
    Case("a line break in a name", "towns.csv", "towns",
         b'name,lat,lon\n"Two\nlines",-1,37\nB,x,37\n', refused((3, "lat", "number"))),
)  # fmt: skip
NUMBERS = (
    visits("decimal commas", "demand_point;visit_type;visits_per_year\np1;c;12,5\np2;c;7,25\n",
           taken(2, "12,5 as 12.5", visits_per_year=19.75)),
    demand("European thousands that are proven",
           "area;population\nNairobi;1.234.567\nMombasa;532.114\n",
           taken(2, "1.234.567 as 1234567", population=1_766_681)),
    demand("European thousands that may be fractions", "area;population\nNairobi;532.114\n",
           refused((2, "population", "532114 or 532.1140"))),
    demand("a point in counts that may be either", "area,population\nNairobi,532.114\n",
           refused((2, "population", "532114 or 532.1140"))),
    demand("English thousands", 'area,population\nNairobi,"1,234"\nMombasa,50\n',
           taken(2, "1,234 as 1234", population=1284)),
    demand("hard spaces as thousands", "area,population\nNairobi,1\u00a0234\nMombasa,50\n",
           taken(2, "as 1234", population=1284)),
    demand("Swiss thousands", "area,population\nNairobi,1'234\n",
           refused((2, "population", "number"))),
    demand("signs of nothing in number cells",
           "area,population\nNairobi,-\nKwale,n/a\nKilifi,..\nLamu,nil\nMeru,NA\nEmbu,null\n",
           refused(*((row, "population", "number") for row in range(2, 8)))),
    demand("a percentage", "area,population\nNairobi,12%\n", refused((2, "population", "12%"))),
    demand("a negative number", "area,population\nNairobi,-5\n",
           refused((2, "population", ">= 0"))),
    demand("a typographic minus", "area,population\nNairobi,\u22125\n",
           refused((2, "population", ">= 0"))),
    demand("a bookkeeper's minus", "area,population\nNairobi,(100)\n",
           refused((2, "population", "number"))),
    demand("numbers without end",
           "area,population\nNairobi,inf\nKwale,1e400\nMeru,NaN\nLamu,9e15\n",
           refused(*((row, "population", "") for row in range(2, 6)))),
    demand("other digits", "area,population\nNairobi,\u0661\u0662\u0663\nKwale,\uff11\uff12\n",
           refused((2, "population", "number"), (3, "population", "number"))),
    demand("a shortened number", "area,population\nNairobi,4.4E+06\n",
           refused((2, "population", "in full"))),
    demand("hexadecimal", "area,population\nNairobi,0x10\n", refused((2, "population", "number"))),
    demand("an underscore", "area,population\nNairobi,1_000\n",
           refused((2, "population", "number"))),
    demand("a formula in a number cell", "area,population\nNairobi,=1+1\n",
           refused((2, "population", "number"))),
    demand("a blank is not 0", "area,population\nNairobi,\nMombasa,50\n",
           refused((2, "population", "blank"))),
    demand("cells of spaces are blank", "area,population\nNairobi,   \nMombasa,50\n",
           refused((2, "population", "blank"))),
    sites("money with a currency", "id,name,area,lat,lon,capital_kes\na,A,047,-1.28,36.82,KES 5\n",
          refused((2, "capital_kes", "whole number"))),
    sites("money with cents", "id,name,area,lat,lon,capital_kes\na,A,047,-1.28,36.82,5.50\n",
          refused((2, "capital_kes", "whole"))),
    sites("degrees with a decimal comma", "id;name;area;lat;lon\na;A;047;-1,2864;36,8172\n",
          taken(1, cells={(2, "lat"): -1.2864, (2, "lon"): 36.8172})),
    sites("degrees with minutes", f"{SITES}a,A,047,\"1\u00b017'S\",36.8\n",
          refused((2, "lat", "number"))),
    sites("degrees with a letter", f"{SITES}a,A,047,1.28S,36.82E\n",
          refused((2, "lat", "number"), (2, "lon", "number"))),
    sites("swapped degrees", f"{SITES}a,A,047,36.8172,-1.2864\n", refused((2, "lat", "swapped"))),
    sites("a lost minus sign", f"{SITES}a,A,Nyeri,0.4201,36.9476\n",
          refused((2, "lat", "minus sign"))),
    sites("a place in another county", f"{SITES}a,A,Nyeri,-4.04,39.66\n",
          refused((2, "lat", "outside"))),
    sites("a place of zeros", f"{SITES}a,A,047,0,0\n", refused((2, "lat", "outside"))),
    sites("metres as degrees", f"{SITES}a,A,047,9857000,257000\n",
          refused((2, "lat", "from -90 to 90"), (2, "lon", "from -180 to 180"))),
    sites("half a place", f"{SITES}a,A,047,-1.28,\n", refused((2, "lon", "blank"))),
)  # fmt: skip
ROWS = (
    demand("title rows", "Population of counties,\nCensus 2019,\n\n" + TWO,
           taken(2, "row 1, 2 above the header", cells={(5, "population"): 100}, **COUNTS)),
    demand("a total row that is right", TWO + "Total,150\n",
           taken(2, "row 4 (Total)", untold=("gives 150",), **COUNTS)),
    demand("a total row that is wrong", TWO + "Total,151\n",
           taken(2, "gives 151 as total of population; the rows sum to 150", **COUNTS)),
    demand("a total row in Kiswahili", TWO + "JUMLA KUU,150\n", taken(2, "row 4", **COUNTS)),
    demand("a total row first", "area,population\nGrand Total,150\nNairobi,100\nMombasa,50\n",
           taken(2, "row 2 (Grand Total)", **COUNTS)),
    demand("a total under another name", TWO + "KENYA,150\n", refused((4, "area", "KENYA"))),
    demand("a note at the end", TWO + "Source: census 2019,\n",
           taken(2, "row 4 is a note", **COUNTS)),
    demand("blank lines", "\narea,population\n\nNairobi,100\n,\nMombasa,50\n\n",
           taken(2, cells={(6, "area"): "001"}, **COUNTS)),
    demand("the header again", "area,population\nNairobi,100\narea,population\nMombasa,50\n",
           taken(2, "row 3 repeats the header", **COUNTS)),
    Case("the header again among texts", "areas.csv", "areas",
         b"code,name\n001,West\ncode,name\n002,East\n", taken(2, "row 3 repeats the header")),
    demand("a row of units", "area,population\n,persons\nNairobi,100\n",
           refused((2, "area", "blank"), (2, "population", "persons"))),
    demand("a header twice", "area,population,population\nNairobi,1,2\n",
           refused((1, "population", "twice"))),
    demand("a header twice in two spellings", "area,Population,POPULATION \nNairobi,1,2\n",
           refused((1, "population", "twice"))),
    demand("headings in other words", "County Name,Total Population\nNairobi,100\nMombasa,50\n",
           taken(2, "County Name as area", **COUNTS)),
    demand("columns that nobody asked for", "area,population,chief\nNairobi,100,X\nMombasa,50,Y\n",
           taken(2, "chief", **COUNTS)),
    demand("a column without a heading", "area,,population\nNairobi,7,100\nMombasa,8,50\n",
           taken(2, "without a heading", **COUNTS)),
    demand("a heading with a slip", "area,poplation\nNairobi,100\n",
           refused((1, "population or visits_per_year", "Rename it"))),
    demand("no heading at all", "Nairobi,100\nMombasa,50\n",
           refused((1, "area", "missing"), (1, "population or visits_per_year", "missing"))),
    visits("the same row twice", f"{VISITS}p1,c,5\np2,c,6\np1,c,5\n",
           refused((4, "demand_point + visit_type", "already in row 2"))),
    demand("one county in two spellings", "area,population\nNairobi,1\nNAIROBI CITY,2\n",
           refused((3, "area", "row 2"))),
    demand("every fault at once", "area,population\nNairob,1\nKwale,x\n,3\nLamu,\n48,-1\n",
           refused((2, "area", "Nairobi"), (3, "population", "number"), (4, "area", "blank"),
                   (5, "population", "blank"), (6, "area", "48"), (6, "population", ">= 0"))),
    visits("thirty faults in one column", VISITS + "".join(f"p{n},c,x\n" for n in range(30)),
           refused(*((n, "visits_per_year", "number") for n in range(2, 32))),
           "and 10 more"),
    Case("names that programs take for nothing", "towns.csv", "towns",
         b"name,lat,lon\nNA,-1,37\nnull,-1.1,37\nNone,-1.2,37\nnan,-1.3,37\nTRUE,-1.4,37\n",
         taken(5, cells={(2, "name"): "NA", (3, "name"): "null", (4, "name"): "None",
                         (5, "name"): "nan", (6, "name"): "TRUE"})),
    visits("ids of 18 digits and with leading zeros",
           f"{VISITS}123456789012345678,c,1\n123456789012345679,c,2\n007,c,4\n",
           taken(3, cells={(2, "demand_point"): "123456789012345678",
                           (3, "demand_point"): "123456789012345679",
                           (4, "demand_point"): "007"}, visits_per_year=7)),
    visits("an id that a spreadsheet shortened", f"{VISITS}1.23457E+17,c,1\n",
           refused((2, "demand_point", "all its digits"))),
    visits("an empty file", "", refused((None, None, "empty"))),
    visits("a file of spaces", " \n\t\n", refused((None, None, "empty"))),
    visits("a file of a mark alone", "\ufeff", refused((None, None, "empty"))),
    visits("only a header", VISITS, refused((1, None, "no rows"))),
    visits("only a header and a total", f"{VISITS}Total,,5\n", refused((1, None, "no rows"))),
    visits("one long line", "x" * 3_000_000, refused((1, None, "3,000,000 characters"))),
    visits("a cell of 200,000 letters", f"{VISITS}{'p' * 200_000},c,1\n",
           refused((2, None, "characters"))),
    visits("five thousand columns", f"{VISITS.strip()},{','.join(f'c{n}' for n in range(5000))}\n"
           f"p,c,1{',' * 5000}\n", refused((None, None, "200 columns"))),
    Case("a million rows", "visits.csv", "visits", lambda path: path.write_text(
        VISITS + "".join(f"{n},c,1\n" for n in range(1_000_000))),
        refused((200_002, None, "200000"))),
    Case("21 MB", "visits.csv", "visits", lambda path: path.write_text(
        VISITS + "p,c,1\n" * (21 * 2**20 // 6)), refused((None, None, "21.0 MB"))),
)  # fmt: skip
ALIKE = (
    sites("ids with an accent made in two ways",
          f"{SITES}caf\u00e9,A,047,-1.28,36.82\ncafe\u0301,B,047,-1.28,36.82\n",
          refused((3, "id", "looks like the one in row 2"))),
    sites("an id with a space that nobody sees",
          f"{SITES}a1,A,047,-1.28,36.82\na1\u200b,B,047,-1.28,36.82\n",
          refused((3, "id", "looks like the one in row 2"))),
    sites("ids that only look related",
          f"{SITES}caf\u00e9,A,047,-1.28,36.82\ncafe,B,047,-1.28,36.82\n",
          taken(2, cells={(3, "id"): "cafe"})),
)  # fmt: skip
DATES = (
    records("a date in ISO", "2024-04-30", taken(1, cells={(2, "date"): "2024-04-30"}, served=4)),
    records("a date with the day first", "30/4/2024",
            taken(1, "day first", cells={(2, "date"): "2024-04-30"}, served=4)),
    records("a date that may have the month first", "3/4/2024",
            taken(1, "may be the month", cells={(2, "date"): "2024-04-03"}, served=4)),
    records("a date with the month first", "4/30/2024", refused((2, "date", "no such month"))),
    records("a year of two digits", "30/4/24", refused((2, "date", "four digits"))),
    records("a day that never was", "2023-02-30", refused((2, "date", "no such day"))),
    records("a workbook's day number in text", "45412", refused((2, "date", "workbook"))),
    records("a month in Kiswahili", "30 Aprili 2024",
            taken(1, cells={(2, "date"): "2024-04-30"}, served=4)),
    records("a year long past", "1899-12-30", refused((2, "date", "1990"))),
)  # fmt: skip
CASES = (*ENCODINGS, *SEPARATORS, *NUMBERS, *ROWS, *ALIKE, *DATES)
