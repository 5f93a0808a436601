"""Good practices that other schools take over."""
