"""The best stationary policy for objectives that see the whole policy: all deterministic ones, and a proved bound."""
