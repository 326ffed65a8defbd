"""Tests of what the formalisms share."""
