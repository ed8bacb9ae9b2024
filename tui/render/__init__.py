"""Pure rendering: records in, text out."""
