"""What can be told of the children as a whole: counts that nobody can be recognised by (decision D10)."""
