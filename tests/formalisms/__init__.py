"""Tests of the formalisms, one by one."""
