"""Pure decisions: budgets, quiet hours, whom to ask, who may do what."""
