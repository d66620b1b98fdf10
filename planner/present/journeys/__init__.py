"""The page Journeys: each service step by step, and through which channel."""
