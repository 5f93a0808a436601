"""Units that change: events with their decrees, what they move, and how they are taken back."""
