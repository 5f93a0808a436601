"""What is promised to a school, and how it gets there."""
