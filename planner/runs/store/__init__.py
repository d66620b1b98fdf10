"""The store: scenarios, runs, studies, packs and notes in one database."""
