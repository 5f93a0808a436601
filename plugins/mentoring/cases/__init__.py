"""Children who are helped: nomination, consent, goals, reviews, and who looked at them."""
