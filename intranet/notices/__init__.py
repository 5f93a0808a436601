"""What people are told: the counter, the list, how each kind goes by mail, and the mail itself."""
