"""Linear functionals that order vectors as wished, or the weights that show that there are none."""
