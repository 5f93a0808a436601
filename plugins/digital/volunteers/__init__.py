"""Who helps others with computers."""
