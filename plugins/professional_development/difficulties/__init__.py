"""What teachers are stuck with, and who helps."""
