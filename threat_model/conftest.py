"""Gathers the results of attacks wherever they run; one deployment for all of them."""

from pathlib import Path

from xdist.scheduler import LoadFileScheduling

from threat_model.harness.collector import register

_ATTACKS = Path(__file__).parent / "attacks"


class OneDeployment(LoadFileScheduling):
    """Files that attack real processes go to one worker, which starts them once."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        path = _ATTACKS / Path(file).name
        if path.exists() and "deployed" in path.read_text("utf-8"):
            return "threat_model: a deployment"
        return file


def pytest_configure(config):
    register(config)


def pytest_xdist_make_scheduler(config, log):
    """Only where files are what is handed out, as `make` has it."""
    if config.getoption("dist") == "loadfile":
        return OneDeployment(config, log)
    return None
