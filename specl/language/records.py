"""Policies and families with their names, as a document holds them."""

from dataclasses import dataclass

from specl.model.policy import Family, Policy


@dataclass(frozen=True)
class NamedPolicy:
    """A policy and how it is written: ``mover``, or ``gate(1/3)``."""

    name: str
    environment: str
    policy: Policy


@dataclass(frozen=True)
class NamedFamily:
    name: str
    environment: str
    family: Family
