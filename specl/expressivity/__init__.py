"""Which formalism says more, and whether two objectives say the same."""
