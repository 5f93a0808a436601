"""Published needs: where whoever can help looks for what is lacking."""
