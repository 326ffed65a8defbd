"""Tests of the obstructions: what is found, and what is not."""
