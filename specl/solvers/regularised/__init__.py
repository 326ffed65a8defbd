"""Regularised decision processes: value iteration with convex conjugates, and proved bounds."""
