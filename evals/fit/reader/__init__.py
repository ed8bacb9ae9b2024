"""Fine-tuning of the reader in `agent/reader` on labelled messages; needs the extra `fit`."""
