"""C03: a stolen database in the hands of a verified person; her quota."""

import asyncio
from itertools import product

import pytest

from blind_index.errors import AlongsideError
from blind_index.group import Element, Scalar
from blind_index.secret import SecretBytes
from escrow.client.evaluation import begin_evaluation
from escrow.errors import QuotaExceeded
from escrow.match_lock import level_point, level_secrets, open_wrap
from escrow.messages.codec import decode
from escrow.messages.filing import LockPart
from escrow.report.contents import open_contact
from escrow.trustee_lock import Part, open_part
from keyservice.handlers.evaluation import IndexDuty, answer_evaluation
from keyservice.quota import Rules
from keyservice.sql_store import open_store
from tests.world.dealt import Plan
from tests.world.stream import stream
from tests.world.world import World, email
from threat_model.known_bad import open_reports

NAMES = [f"named{i}@company.example" for i in range(6)]


class Account:
    """A verified person with every report of the database, and nothing sealed."""

    def __init__(self, seed):
        world = World(Plan(name=seed))
        for number, name in enumerate(NAMES):
            world.file("pia", [email(name)], report=f"report {number}")
        world.settle()
        self.world, self.mal = world, world.person("mal")
        self.stolen = [
            (filed.report.core, filed.submission.parts)
            for filed in world.server.reports.values()
        ]
        self.asked = 0

    def secrets(self, name):
        """What she may learn of a name, by asking like anybody."""
        levels = self.world.deployment.levels
        outputs = self.mal.outputs([email(name)])
        self.asked += len(outputs)
        return [level_secrets(SecretBytes(bytes(y)), levels) for y in outputs]

    def confirms(self, name):
        """Whether a stored encryption is one of this name, for an r she guesses."""
        for known, (core, _) in product(self.secrets(name), self.stolen):
            guesses = (
                Scalar.from_int(0),
                Scalar.from_int(1),
                *self._scalars(known, core),
            )
            points = {Element.decode(tag.c2) for tag in core.encrypted_tags}
            for r in guesses:
                if known.tag_point + Element.base_multiple(r) in points:
                    return True
        return False

    def _scalars(self, known, core):
        """Scalars that she knows and that might have been used for something."""
        return level_point(core.report_key), *known.by_level.values()

    def opens(self, name):
        """A contact of a report about this name, without any trustee."""
        for known, (core, parts) in product(self.secrets(name), self.stolen):
            for z in (Scalar.from_int(1), *self._scalars(known, core)):
                card = self._open(known, core, parts, z)
                if card:
                    return card
        return None

    def _open(self, known, core, parts, z):
        try:
            lock = open_part(z, core.report_key, Part.LOCK, parts[Part.LOCK])
            sealed = open_part(z, core.report_key, Part.CONTACT, parts[Part.CONTACT])
        except AlongsideError:
            return None
        secret = known.by_level[core.match_threshold]
        for entry in decode(lock, LockPart).entries:
            try:
                wrapped = open_wrap(secret, core.report_key, entry.wrap)
                return open_contact(wrapped.contact_key, core.report_key, sealed).card
            except AlongsideError:
                continue
        return None


def tell(trial, part, account, won):
    injected = {"evaluations": account.asked, "reports read": len(account.stolen)}
    trial.tell(won, len(NAMES), injected, part=part)


def names(trial):
    account = Account(trial.seed)
    tell(trial, "names", account, sum(account.confirms(name) for name in NAMES))


def contacts(trial):
    account = Account(trial.seed)
    won = sum(account.opens(name) is not None for name in NAMES)
    tell(trial, "contacts", account, won)


# Her quota, at a real trustee's store


REQUESTS, EACH = 12, 64


async def evaluated(world, path):
    """How many evaluations a trustee gives one person who never stops asking."""
    dealt, held = world.dealt, world.person("mal").registration
    rules = Rules()
    duty = IndexDuty(world.deployment, dealt.key_shares["index"][0], rules)
    draw, given = stream("C03 quota"), 0
    async with open_store(path, SecretBytes(bytes(32))) as store:
        for number in range(REQUESTS):
            keys = [f"email/1:{number}.{i}@company.example" for i in range(EACH)]
            pending = begin_evaluation(
                world.deployment,
                held.index_credential,
                SecretBytes(bytes(held.index_seed)),
                keys,
                randomness=draw,
            )
            # A clock set back, or a day later, must not give her anything.
            day = world.day + (0, -3, 1)[number % 3]
            try:
                answer = await answer_evaluation(store, duty, pending.request, day)
            except QuotaExceeded:
                continue
            given += len(answer.evaluated_elements)
    return given, rules.evaluations


def quota(trial, folder):
    given, allowed = asyncio.run(
        evaluated(World(Plan(name="C03 quota")), folder / "store")
    )
    asked = REQUESTS * EACH
    injected = {"evaluations asked for": asked}
    trial.tell(given, asked, injected, part="quota", allowed=allowed)


@pytest.mark.parametrize("part", [names, contacts])
def test_attack(trial, part):
    part(trial)


def test_attack_quota(trial, tmp_path):
    quota(trial, tmp_path)


def test_control_names(trial):
    with trial.without("random encryption", open_reports.tag_of_the_name_alone):
        names(trial)


def test_control_contacts(trial):
    with trial.without("trustee lock", open_reports.key_without_trustees):
        contacts(trial)


def test_control_quota(trial, tmp_path):
    with trial.without("quota", open_reports.admit_everything):
        quota(trial, tmp_path)
