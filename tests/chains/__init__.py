"""Tests of the analysis of Markov chains."""
