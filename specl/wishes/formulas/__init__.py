"""Searching for a formula of linear temporal logic that grants a wish."""
