"""The best policy: sparse models in flat arrays, and solvers in floating point whose results carry proved bounds."""
