"""How digital a school is: rounds of an office, what schools say of themselves, what is checked and published."""
