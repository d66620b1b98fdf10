"""The page Plans: the set to choose from."""
