"""The tables, a file for each room that keeps any; everybody takes them from here."""

MODELS: tuple[type, ...] = ()

__all__ = ["MODELS"]
