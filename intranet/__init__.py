"""Chung Tay: the intranet of education districts that twin their schools."""

__version__ = "0.8.0"
