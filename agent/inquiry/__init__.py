"""One durable graph per inquiry: state, nodes, wiring, and the runner that holds its lease."""
