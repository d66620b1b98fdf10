"""The page Compare: plans side by side."""
