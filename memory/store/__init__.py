"""The system of record: protocols, SQL, migrations and the decision log."""
