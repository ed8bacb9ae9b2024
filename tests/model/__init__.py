"""The model behind its client, and the engine around it: what may fail, and what must not."""
