"""Tests of acceptance conditions, automata, translation and HOA."""
