"""Proposals to the People's Committee: what partners cannot cover, gathered, sent, approved, handed over."""
