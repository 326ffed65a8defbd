"""Exact immutable mathematics: environments, policies, expressions, numbers."""
