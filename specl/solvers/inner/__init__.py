"""Expected functions of returns: value iteration on states augmented by the returns accumulated so far."""
