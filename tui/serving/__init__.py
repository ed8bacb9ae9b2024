"""The screens in a browser: a small server on this machine, behind a token of its own."""
