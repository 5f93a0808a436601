"""What somebody could give, and the needs that it fits."""
