"""What keeps an installation alive: backups and the way back, checks, the state of things, a district's own copy."""
