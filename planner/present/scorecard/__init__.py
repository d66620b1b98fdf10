"""The page Scorecard: figures beside their goals."""
