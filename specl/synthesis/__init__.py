"""The only door to Z3."""
