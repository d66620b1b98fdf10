"""The page of what is planned and done, and of starting from a plan."""
