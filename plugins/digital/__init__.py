"""Digital transformation: how far a school is, who helps it on, and what teachers share."""
