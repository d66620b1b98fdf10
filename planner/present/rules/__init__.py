"""The page Plan: the form of rules, clashes among them, and what was found."""
