"""Every attack's test holds a trial; honest people meet before and after it."""

import pytest

from threat_model.harness.collector import attack_of
from threat_model.harness.deployment import Deployed
from threat_model.harness.sanity import honest_people_meet
from threat_model.harness.trial import Trial


@pytest.fixture(scope="session")
def _sane_at_first():
    """The product works before anything was done to it."""
    honest_people_meet()


@pytest.fixture(scope="module", autouse=True)
def sanity(_sane_at_first):
    """It still does after each module, so before the next; or nothing is shown."""
    yield
    honest_people_meet()


@pytest.fixture
def trial(request):
    """This test's side of its module's attack; silence is a failure."""
    kind = request.function.__name__.split("_")[1]
    if kind not in ("attack", "control"):
        raise LookupError("tests of attacks are called test_attack…, test_control…")
    attack = attack_of(request.node.nodeid)
    held = Trial(attack, kind, request.node.user_properties)
    yield held
    if not held.told:
        pytest.fail("the trial said nothing")


@pytest.fixture(scope="session")
def deployed(tmp_path_factory):
    """Real processes with reports of invented people; asked again at the end."""
    with Deployed(tmp_path_factory.mktemp("threats")) as running:
        yield running
        running.check_sane()
