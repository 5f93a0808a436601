"""Files on records: what lies there, bringing them in, fetching them, and what becomes of those that nobody keeps."""
