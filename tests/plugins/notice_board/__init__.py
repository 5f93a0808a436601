"""A small module that touches every extension point: notes of an office to its schools."""
