"""The method as pure functions over records: no clock, no store, no model."""
