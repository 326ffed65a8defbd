"""Settings for all tests: no deadlines (machines differ); in continuous integration the same examples every time."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile("specl", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("specl"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "specl")
