"""What happened at a school or between two: one page for both."""
