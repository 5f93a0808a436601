"""What is given to children whom the giver does not know."""
