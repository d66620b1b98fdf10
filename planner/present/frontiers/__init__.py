"""The page What it costs: curves of what rules and money buy."""
