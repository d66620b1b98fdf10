"""The page Today: the network as it stands."""
