"""The plan as a document: its chapters, and how they become a page or a PDF."""
