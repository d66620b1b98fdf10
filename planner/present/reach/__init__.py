"""The page Within reach: who can be there in which time."""
