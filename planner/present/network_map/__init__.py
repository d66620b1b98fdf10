"""The map of a network, in all its views: by ward, catchments, gaps, before and after."""
