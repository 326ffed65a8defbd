"""Counterexamples found by search: environments in which one formalism cannot express what another can.

A module of this folder that is called like a kind of argument proposes witnesses of that kind, and nothing else lists
them; `driver` has the search, which believes what a checker accepts.
"""
