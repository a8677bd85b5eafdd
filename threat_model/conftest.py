"""Gathers the results of attacks wherever they run."""

from threat_model.harness.collector import register


def pytest_configure(config):
    register(config)
