"""W03: whose address is registered, asked of the registrar that knows."""

import re
import time
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from litestar.testing import TestClient

from api.registrar import handlers
from api.registrar.app import create_app
from api.registrar.config import RegistrarConfig
from api.registrar.provider_config import CodesSection
from api.smtp import SmtpSection
from escrow.messages.codec import decode, encode
from escrow.messages.registration import (
    VerificationFinish,
    VerificationRequest,
    VerificationStarted,
)
from escrow.operation.tries import LimitsSection
from escrow.registrar.identity import Identity
from tests.api.running import JSON, lay_out
from tests.smtp_sink import HOST, RunningSink
from tests.world.dealt import Plan, deal_deployment
from tests.world.stream import stream
from tests.world.world import DAY
from threat_model.harness.telling_apart import area_under_curve
from threat_model.known_bad import greeting_registrar

PLAN = Plan(name="W03", registrar_levels=("email+phone",))
FEW, MANY = 25, 1000
#: A score of 0.5 tells nothing. By chance alone a score of MANY pairs strays from it by
#: 0.013 (one standard deviation).
TELLS = 0.05
#: Patience for a mail that comes; where some were refused, none comes for them.
MAIL_SECONDS, NO_MAIL_SECONDS = 20, 1
WRONG = "0000 0000"


def address_of(kind, number):
    """Of one length, whoever has it."""
    return f"{kind}{number:05d}@example.org"


@contextmanager
def registrar(folder, pairs):
    """A registrar that knows every second person, with a mail server of its own."""
    dealt = deal_deployment(PLAN)
    lay_out(folder, PLAN)

    async def find():
        return dealt.deployment

    with RunningSink() as sink:
        smtp = SmtpSection(
            host=HOST, port=sink.port, security="none", sender="desk@example.org"
        )
        config = RegistrarConfig(
            data_dir=str(folder),
            api_url=dealt.deployment.roster.origin,
            smtp=smtp,
            providers=(CodesSection(per_hour=10**6),),
            limits=LimitsSection(tries=0),
        )
        app = create_app(config, clock=lambda: DAY, find=find)
        with TestClient(app, raise_server_exceptions=False) as client:
            bureau = app.state.bureau
            client.blocking_portal.call(register, bureau, pairs)
            yield SimpleNamespace(client=client, sink=sink)


async def register(bureau, pairs):
    """As after the right code."""
    for number in range(pairs):
        identity = Identity("Ana Example", address_of("known", number), "", "")
        async with bureau.store.begin() as persons:
            await handlers._known_person(bureau, persons, identity, "email+phone")


def ask(place, path, message):
    """The answer, and the seconds until it was there."""
    body = encode(message)
    began = time.perf_counter()
    answer = place.client.post(f"/v1/registrar/{path}", content=body, headers=JSON)
    return answer, time.perf_counter() - began


def shape_of(answer):
    """What can be compared: all but the day's date and the random handle."""
    headers = sorted((k, v) for k, v in answer.headers.items() if k != "date")
    text = re.sub(r'("verification":")[\w-]+', r"\1", answer.text)
    return answer.status_code, tuple(headers), len(answer.content), text


def tried(place, kind, number):
    """Everything that a stranger sees who gives this address and guesses the code."""
    asked = VerificationRequest(
        provider="codes",
        name="Ana Example",
        email=address_of(kind, number),
        phone="",
        country="",
    )
    begun, seconds = ask(place, "verifications", asked)
    shapes, times = [shape_of(begun)], [seconds]
    if begun.is_success:
        handle = decode(begun.content, VerificationStarted).verification
        for answers in ((), (WRONG,), ()):
            wish = VerificationFinish(verification=handle, answers=answers)
            answer, seconds = ask(place, "verifications/finish", wish)
            shapes.append(shape_of(answer))
            times.append(seconds)
    return tuple(shapes), times


def both(place, pairs, draw):
    """Known and unknown people in turn, and by chance which of them first."""
    seen = {"known": [], "other": []}
    for number in range(pairs):
        kinds = ["known", "other"] if draw(1)[0] % 2 else ["other", "known"]
        for kind in kinds:
            seen[kind].append(tried(place, kind, number))
    return seen


def mails_of(place, kind, seconds):
    """Size and subject of what everybody of a kind got; None if one got nothing."""
    found = set()
    for number in range(FEW):
        try:
            mail = place.sink.wait_for(address_of(kind, number), seconds=seconds)
        except AssertionError:
            return found | {None}
        found.add((len(mail.data), mail.message["subject"]))
    return found


def by_content(trial, folder):
    """Answers word by word, and the mail that follows."""
    with registrar(folder, FEW) as place:
        seen = both(place, FEW, stream("W03 content"))
        told = sum(
            one[0] != other[0]
            for one, other in zip(seen["known"], seen["other"], strict=True)
        )
        others = mails_of(place, "other", MAIL_SECONDS)
        known = mails_of(place, "known", NO_MAIL_SECONDS if told else MAIL_SECONDS)
    won = told + len(known ^ others)
    assert others != {None}
    trial.tell(won, FEW, {"people tried": 2 * FEW}, part="content")


def by_timing(trial, folder):
    """Each answer's time; a score counts that strays further than chance does."""
    with registrar(folder, MANY) as place:
        seen = both(place, MANY, stream("W03 timing"))
    answers = list(zip(*(times for _, times in seen["known"]), strict=True))
    others = list(zip(*(times for _, times in seen["other"]), strict=True))
    scores = [area_under_curve(*both) for both in zip(answers, others, strict=True)]
    won = sum(abs(score - 0.5) > TELLS for score in scores)
    notes = {"score of each answer": ", ".join(f"{one:.3f}" for one in scores)}
    injected = {"people tried": 2 * MANY}
    trial.tell(won, len(scores), injected, part="timing", notes=notes)


def test_attack_content(trial, tmp_path):
    by_content(trial, tmp_path)


def test_control_content(trial, tmp_path):
    with trial.without("nobody is looked up first", greeting_registrar.turn_away):
        by_content(trial, tmp_path)


@pytest.mark.slow
def test_attack_timing(trial, tmp_path):
    by_timing(trial, tmp_path)


@pytest.mark.slow
def test_control_timing(trial, tmp_path):
    with trial.without("nobody is looked up first", greeting_registrar.compare_slowly):
        by_timing(trial, tmp_path)
