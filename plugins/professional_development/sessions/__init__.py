"""Sessions: planned, approved, signed up for, held, minuted, looked back on and credited."""
