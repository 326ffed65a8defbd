"""The Markov chain that a policy induces, analysed in exact arithmetic."""
