"""Gathers the results of attacks wherever they run; one deployment for all of them."""

from tests import workers
from threat_model.harness.collector import register


def pytest_configure(config):
    register(config)


def pytest_xdist_make_scheduler(config, log):
    return workers.scheduler(config, log)
