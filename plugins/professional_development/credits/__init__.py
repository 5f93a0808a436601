"""Teaching periods credited, certificates, and a person's own record."""
