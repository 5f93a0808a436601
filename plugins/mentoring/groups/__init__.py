"""Classes beside the timetable, for gifted pupils and before the examination; numbers alone leave the school."""
