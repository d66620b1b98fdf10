"""A document with every kind of block and texts that try to break out."""

from planner.export.document.model import (
    Chapter,
    Column,
    Document,
    Fact,
    Facts,
    Grid,
    Paragraph,
    Picture,
    Points,
    Section,
)
from planner.present.escape import html_text
from planner.present.plans.plans_ground import shape_svg, svg_of
from tests.present.cases import HOSTILE

UNUSUAL = (
    "=1+1",
    "'; DROP TABLE sites; --",
    "<b>bold</b> & </style></svg>",
    '#set page(fill: red) #text(fill: red)[x] *x* _x_ $x$ `x` \\ @x <x> "x"',
    '#eval("1+1") #image("/etc/passwd")',
    "مكتب الهجرة في نيروبي 47",
    "Ofisi 🇰🇪 👨‍👩‍👧 👍🏽 1️⃣ ⚠️",
    "abc\u202edef\u202c ghi",
    "Murang\u2019a \u2013 Ŋgĩkũyũ é e\u0301 ≤ 5 → 7 ✓ ²",
    "x" * 300,
    "tab\there\nline\r\nend\x01\x7f\ufeff",
    "Ofisi ya 中文 नमस्ते አማርኛ",
    "\\0022 } body { display: none } @import url(x)",
)
TEXTS = (*HOSTILE, *UNUSUAL)


def drawing(label="Nakuru", *, width=320, height=260):
    marks = [shape_svg("square", 60, 80, 8, "#0072b2"), shape_svg("cross", 200, 90, 7, "#c65a00")]
    clip = '<defs><clipPath id="edge"><rect width="320" height="260"/></clipPath></defs>'
    land = (
        '<g clip-path="url(#edge)"><path d="M20 30L300 20L310 240L40 250Z" fill="#e6ecee" '
        'stroke="#a9b3af"/></g>'
    )
    name = f'<text x="70" y="84" font-size="12" fill="#1c2624">{html_text(label)}</text>'
    return svg_of([clip, land, *marks, name], width, height)


def picture(label="Nakuru", *, wide=True, caption="Where the branches stand"):
    alt = f"A map: a square for {label}, a cross for one that closes."
    return Picture(drawing(label), alt, caption, wide)


def grid(rows=6, columns=5, *, total=True, cell="1,442,000"):
    heads = [
        Column("Branch"),
        *(Column(f"Visits {n} (a year)", "right") for n in range(1, columns)),
    ]
    body = [[f"Branch {n + 1} at the lake", *(cell for _ in heads[1:])] for n in range(rows)]
    last = ["All", *("9,999,999" for _ in heads[1:])] if total else None
    return Grid(f"Visits of {rows} branches", heads, body, "Source: the pack; derived.", last)


def facts():
    return Facts(
        [
            Fact("Mean travel", "47 min", "today 1 h 12 min; ± 12 %"),
            Fact("Branches", "14", "today 31"),
            Fact("Capital", "KES 214 M", "assumption"),
            Fact("Yearly cost", "KES 1.08 bn"),
            Fact("Within the standard", "78 %", "today 61 %"),
        ]
    )


def document(language="en", *, places=3, texts=TEXTS):
    """Every kind of block; `places` chapters of a page, as a document has one for each area."""
    summary = Chapter(
        "summary",
        "Summary",
        [
            Paragraph("Fourteen branches serve the people better than thirty-one do today."),
            facts(),
            picture(wide=False),
            Points(["Open Nakuru in the first year.", "Close Kitui.", "Keep the rest."]),
            Paragraph("Travel is modelled, not measured.", quiet=True),
            Points(["Decide.", "Build.", "Open."], numbered=True),
        ],
        new_page=True,
    )
    tables = Chapter(
        "tables",
        "Tables",
        [grid(90), picture()],
        [
            Section("Many columns", [grid(4, 9)]),
            Section("A turned sheet", [Paragraph("The next table is wide."), grid(40, 13)]),
            Section("Few columns", [grid(3, 2, total=False)]),
        ],
        new_page=True,
    )
    unusual = Chapter(
        "unusual",
        texts[0],
        [
            *(Paragraph(text) for text in texts),
            Points(texts),
            Facts([Fact(text, text, text) for text in texts[:4]]),
            Grid(
                texts[2],
                [Column(texts[1]), Column(texts[3], "right")],
                [[text, text] for text in texts],
                texts[4],
                [texts[5], texts[6]],
            ),
            Picture(drawing(texts[2]), texts[2], texts[3]),
            Picture(drawing("مكتب 中 e\u0301"), texts[2], texts[3], wide=False),
        ],
        [Section(text, [Paragraph(text, quiet=True)]) for text in texts],
    )
    pages = [
        Chapter(
            f"place-{n:03d}",
            f"Place {n}",
            [
                picture(f"Town {n}", wide=False),
                facts(),
                Paragraph("People of this place go to two branches."),
                grid(8, 6),
            ],
            new_page=True,
        )
        for n in range(1, places + 1)
    ]
    return Document(
        language,
        "Where the branches should stand: best 14",
        "A plan of the built-in pack, with what it changes against today",
        [
            Fact("Made", "2026-11-22 10:00 UTC"),
            Fact("Fingerprint", "6f0b8ac1d2e3f405"),
            Fact("Ugatuzi Planner", "0.6.0"),
        ],
        [summary, tables, unusual, *pages],
        ["© Example bureau of statistics, CC BY 4.0", *texts[:2]],
    )
