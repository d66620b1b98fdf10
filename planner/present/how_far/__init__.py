"""The page How far it is: travel judged against known roads."""
