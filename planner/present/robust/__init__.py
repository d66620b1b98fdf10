"""The pages How firm is it and Step by step."""
