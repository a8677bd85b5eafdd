"""Coming back late: a code ends long before its check; a check ends too."""

import time

import pytest

from tests.api.running import ApiFault
from tests.registrar.test_codes_process import CODE, NOT_VERIFIED, providers, refused
from tests.registrar_place import registrar_place
from tests.smtp_sink import RunningSink

#: In minutes and in seconds.
SHORT, SHORT_SECONDS = 0.25, 15
PAUSE, PATIENCE = 0.2, 120


@pytest.fixture(scope="module")
def sink():
    with RunningSink() as found:
        yield found


def until(done):
    """Wait until something is so."""
    deadline = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < deadline
        time.sleep(PAUSE)


def taken(call, *arguments):
    """Whether a request is taken now; what refuses it only asks for patience."""
    try:
        call(*arguments)
    except ApiFault as fault:
        if fault.kind in {"quota-exceeded", "not-found"}:
            return False
        raise
    return True


def code_in(sink, email, count):
    return CODE.search(sink.wait_for(email, count).text)[0]


def test_a_code_ends_before_its_check_and_a_new_one_takes_its_place(tmp_path, sink):
    email = "late@example.org"
    with registrar_place(tmp_path, providers(sink.port, f"minutes = {SHORT}")) as place:
        started = place.start_check("codes", name="Ana", email=email)
        old = code_in(sink, email, 1)
        assert f"valid for {SHORT} minutes" in sink.wait_for(email).text
        arrived = time.monotonic()
        until(lambda: time.monotonic() - arrived > SHORT_SECONDS)
        assert refused(place.finish, started, old) == NOT_VERIFIED
        # The check itself goes on; half a minute after the first code there is another.
        assert not place.finish(started).verified
        until(lambda: taken(place.again, started, "email"))
        new = code_in(sink, email, 2)
        assert new != old
        assert place.finish(started, new).verified
        place.close(started)
        assert place.pending() == 0


@pytest.mark.slow
def test_a_code_that_was_sent_again_ends_the_one_before(tmp_path, sink):
    email = "twice@example.org"
    with registrar_place(tmp_path, providers(sink.port)) as place:
        started = place.start_check("codes", name="Ana", email=email)
        old = code_in(sink, email, 1)
        until(lambda: taken(place.again, started, "email"))
        new = code_in(sink, email, 2)
        assert refused(place.finish, started, old) == NOT_VERIFIED
        assert place.finish(started, new).verified


@pytest.mark.slow
def test_a_check_ends_and_nothing_of_it_stays(tmp_path, sink):
    email = "gone@example.org"
    with registrar_place(
        tmp_path, f"check_hours = 0.006\n{providers(sink.port)}"
    ) as place:
        started = place.start_check("codes", name="Ana", email=email)
        # At once: on a busy machine the mail may take as long as the check lasts.
        assert place.pending() == 1
        code = code_in(sink, email, 1)
        until(lambda: not taken(place.finish, started))
        assert refused(place.finish, started, code)[:2] == (404, "not-found")
        assert refused(place.close, started)[:2] == (404, "not-found")
        until(lambda: place.pending() == 0)
        again = place.start_check("codes", name="Ana", email=email)
        assert place.finish(again, code_in(sink, email, 2)).verified
