"""Reports of evaluation runs for people: one page, or Markdown."""
