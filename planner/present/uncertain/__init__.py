"""The page What if we are wrong: figures at their low and high ends."""
