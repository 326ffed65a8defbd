"""Exact arithmetic on the side of the search: rational functions, chains, ranks, and multipliers."""
