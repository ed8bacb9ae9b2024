"""Whether words carry a text: laid side by side, word by word, with what turns and joins them."""
