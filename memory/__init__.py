"""The ground floor: records, errors, the system of record, and the vector index people search."""
