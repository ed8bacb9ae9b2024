"""What must not travel: personal data, secrets, confidential terms; found, hidden, opened."""
