"""Facilities: what schools lack and what they give each other, from the review to the hand-over."""
