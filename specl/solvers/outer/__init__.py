"""Functions and orders of expected returns and of occupancy measures: optima over the attainable polytope."""
