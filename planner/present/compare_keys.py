"""How what is compared is named and counted; for all pages, without what compares."""

LEAST, MOST = 2, 6
TODAY = "today"
KEY = "compare.members"
