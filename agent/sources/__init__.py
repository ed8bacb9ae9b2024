"""Archives as streams of records, one module per format."""
