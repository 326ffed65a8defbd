"""Tests of random environments, random sets of policies, and the counting of answers."""
