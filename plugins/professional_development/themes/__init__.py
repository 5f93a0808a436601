"""What a district's sessions are about: its own list."""
