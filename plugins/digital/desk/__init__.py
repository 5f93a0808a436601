"""What does not work at a school, and who helps."""
