"""A child moves to another school: its case is handed over, and becomes the new school's own."""
