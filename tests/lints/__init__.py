"""Tests of lints: what is found, what is not, and that what is found is true."""
