"""Optima over the rationals: what the solvers in floating point propose is finished by exact linear algebra."""
