"""The page of one area: now and under plans, and a leaflet to print."""
