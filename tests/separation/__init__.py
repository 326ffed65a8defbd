"""Counterexamples found by search."""
