"""The tests of specl; folders mirror the package."""
