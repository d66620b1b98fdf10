"""The page Sites and costs: sites, services and costs as grids and on a map."""
