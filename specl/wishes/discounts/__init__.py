"""The discounts for which a wish can be granted, exactly: a subset of [0,1) with algebraic ends."""
