"""Random environments, random sets of acceptable policies in them, and how many of the sets can be expressed."""
