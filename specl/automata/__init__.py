"""The only door to Spot: formulas to deterministic automata."""
