"""Who is signed in: asked of the login that is set up, told beside every page."""
