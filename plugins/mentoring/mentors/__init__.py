"""Who helps: mentors and their free time, suggestions with reasons, and the life of a match."""
