"""The only way in for a person or a program: one function per verb."""
