"""Rounds of review: what schools have, what of it is fit for use, in which condition."""
