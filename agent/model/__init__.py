"""Language models behind one careful client: masked, budgeted, cached, and free to fail."""
