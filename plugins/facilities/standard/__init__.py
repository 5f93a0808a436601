"""The national standard: what a school says of itself, what proves it, what the office finds, what is missing."""
