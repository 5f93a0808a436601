"""Digital lessons and materials that schools share."""
