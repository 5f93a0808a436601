"""What a mentor notes of each time with a child, and what a coordinator has to look after."""
