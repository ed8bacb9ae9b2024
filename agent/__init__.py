"""The agent: what it reads, how it judges and asks, and the services people and programs call."""
