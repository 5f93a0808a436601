"""The numbers that those who lead ask for, each with the list that it counts."""
