"""The page Data: bring tables or packs, mend faults, keep a pack of one's own."""
