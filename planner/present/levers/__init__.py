"""The page Next shilling: what more money or one more branch would buy."""
