"""What every test shares: how Hypothesis searches, and the event loop."""

import pytest
from hypothesis import HealthCheck, settings

# `ci` finds the same thing on every machine, however slow; `--hypothesis-profile
# deep` looks further, at other places each time.
settings.register_profile(
    "ci",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "deep",
    max_examples=2000,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ci")


@pytest.fixture(scope="session")
def anyio_backend():
    return "asyncio"
