"""The `passdown` command and what people see."""
