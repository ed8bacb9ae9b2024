"""A simulated community that learns, to measure the matching of tandems on."""
