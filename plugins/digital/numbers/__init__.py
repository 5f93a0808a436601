"""What those who lead ask: how many schools are at which level, what is weakest, how it changed from year to year."""
