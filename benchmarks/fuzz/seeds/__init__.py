"""The project's own small files as first inputs, for each reader."""
