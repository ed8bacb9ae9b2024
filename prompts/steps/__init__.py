"""What a model is told, one versioned file for each step, with people's words fenced off."""
