"""The page Kept: what the store holds, and what can be done with it."""
