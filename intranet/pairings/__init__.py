"""Twinned schools."""
