"""The page Voices: what people say, what auditors found, and what came of it."""
