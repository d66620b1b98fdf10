"""Rules that are being edited, and scenarios as they are saved."""
