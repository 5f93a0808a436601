"""What a school lacks."""
