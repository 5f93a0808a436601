"""The pairing workbench: which schools are not twinned yet, who would suit whom and why, and people decide."""
