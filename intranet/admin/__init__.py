"""What offices and administrators set."""
