"""Tests of the proofs that specl ships, and of what follows from them."""
