"""The page What is doubled: the audit of a network, its groups, and the thresholds behind it."""
