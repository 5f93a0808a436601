"""Professional development: sessions, difficulties, lesson studies and good practices of twinned schools."""
