"""Society gives: one-time addresses for donors without an account, and a district's public page of needs."""
