"""The fitted reader: a small encoder that reads what a message states, hides and is worth."""
