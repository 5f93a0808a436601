"""Answers that others may use."""
