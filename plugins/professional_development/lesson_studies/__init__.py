"""Lessons studied together, in the four steps of the ministry's guidance."""
