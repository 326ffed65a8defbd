"""ω-automata that recognise formulas: a plain type, and the only door to Spot."""
