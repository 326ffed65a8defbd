"""Tests of models in the formats of other tools."""
