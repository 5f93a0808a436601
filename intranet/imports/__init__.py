"""Lists from Excel on their way in: upload, what the columns mean, preview, choices, report."""
