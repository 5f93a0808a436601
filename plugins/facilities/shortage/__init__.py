"""What is missing: required less usable, of a school and of a round."""
