"""What those who lead an office ask: how much was held, who was reached, and how even it is between the partners."""
