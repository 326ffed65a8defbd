"""Diagrams, tables and pages, drawn from plain data."""
