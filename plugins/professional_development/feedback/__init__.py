"""What a session was worth to those who came, without a name."""
