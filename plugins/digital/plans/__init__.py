"""What a school does about what is missing: who sees to it, by when, with which partner school."""
