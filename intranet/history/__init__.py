"""What happened to a record, how to take it back, and what lies in the trash."""
