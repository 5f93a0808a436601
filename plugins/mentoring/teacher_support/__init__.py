"""Help for teachers in hardship, which nobody learns of but those who decide."""
