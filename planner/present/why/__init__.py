"""The page Why here: the reasons for a branch, and for none."""
