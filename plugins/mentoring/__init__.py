"""Student mentoring: children who are helped, private by default; mentors, groups, aid."""
