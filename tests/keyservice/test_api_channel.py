"""A trustee's requests over HTTP, to an API that really checks them."""

import httpx
import pytest

from escrow.errors import MalformedMessage
from escrow.messages.codec import Blob, encode
from escrow.messages.mailbox import PostRequest
from escrow.trustee.log_heads import sign_head
from keyservice.api_channel import ApiChannel, Signatory, SignedChannel
from keyservice.ports import Refused, Unreachable
from tests.keyservice.small_api import Bulletin, Queue, WebApi
from tests.world.world import World

pytestmark = pytest.mark.anyio


class Line:
    """One trustee's channels to a small API."""

    def __init__(self, world, index=2):
        bulletin = Bulletin(b"")
        bulletin.published = world.dealt.signed
        self.api = WebApi(bulletin, Queue())
        self.clock = 0
        transport = httpx.ASGITransport(self.api.app())
        self.client = httpx.AsyncClient(transport=transport, base_url="http://api")
        self.channel = ApiChannel(self.client)
        self.seed = world.dealt.identity_seeds["opening"][index - 1]
        self.index = index

    def signed(self, index=None):
        who = Signatory(index or self.index, self.seed, lambda: self.clock)
        return SignedChannel(self.channel, who)


@pytest.fixture(scope="module")
def world():
    return World()


@pytest.fixture
async def line(world):
    opened = Line(world)
    async with opened.client:
        yield opened


def head(world):
    return sign_head(world.opening[1].me, 5, bytes(32))


async def test_work_is_pulled_posted_and_acknowledged(line, world):
    line.api.queue.add(head(world))
    mailbox = line.signed()
    (item,) = (await mailbox.pull(0)).items
    letter = Blob(encode(head(world)))
    await mailbox.post(PostRequest(letters=(letter,), acknowledged=(item.item,)))
    assert line.api.queue.letters == [encode(head(world))]
    assert line.api.queue.items == []
    assert line.api.challenges == 1


async def test_the_box_key_is_published(line, world):
    key = world.opening[1].publish(world.day)
    await line.signed().publish_box_key(key)
    assert line.api.queue.box_keys == [key]


async def test_an_api_that_was_restarted_is_asked_for_its_challenge_again(line):
    mailbox = line.signed()
    await mailbox.pull(0)
    line.api.boot, line.api.counter = b"another boot 16.", 0
    await mailbox.pull(0)
    assert (line.api.challenges, line.api.unauthorised) == (2, 1)


async def test_a_restarted_trustee_goes_on_with_a_higher_counter(line):
    line.clock = 1000
    await line.signed().pull(0)
    line.clock = 2000
    await line.signed().pull(0)
    assert line.api.counter == 2000
    assert line.api.unauthorised == 0


async def test_the_counter_rises_although_the_clock_stands_still(line):
    mailbox = line.signed()
    for _ in range(3):
        await mailbox.pull(0)
    assert line.api.counter == 3


async def test_a_clock_that_went_back_is_said_to_be_unreachable(line):
    line.clock = 1000
    await line.signed().pull(0)
    line.clock = 10
    with pytest.raises(Unreachable, match="does not accept the signature"):
        await line.signed().pull(0)


async def test_somebody_elses_index_is_not_accepted(line):
    with pytest.raises(Unreachable, match="does not accept the signature"):
        await line.signed(index=1).pull(0)


async def test_an_api_that_is_down_is_unreachable():
    def broken(_):
        raise httpx.ConnectError("no route to 192.0.2.1")

    transport = httpx.MockTransport(broken)
    async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
        with pytest.raises(Unreachable) as caught:
            await ApiChannel(client).board()
    assert "192.0.2.1" not in str(caught.value)


@pytest.mark.parametrize("status", [500, 502, 503, 408, 429])
async def test_an_answer_that_may_change_is_unreachable(status):
    transport = httpx.MockTransport(lambda _: httpx.Response(status))
    async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
        with pytest.raises(Unreachable):
            await ApiChannel(client).board()


@pytest.mark.parametrize("status", [301, 400, 403, 409, 413])
async def test_an_answer_that_will_not_change_is_refused(status):
    transport = httpx.MockTransport(lambda _: httpx.Response(status))
    async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
        with pytest.raises(Refused) as caught:
            await ApiChannel(client).manifest()
    assert caught.value.status == status


async def test_an_answer_that_does_not_decode_names_the_api():
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=b"{}"))
    async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
        with pytest.raises(MalformedMessage) as caught:
            await ApiChannel(client).board()
    assert caught.value.culprit == "api"


async def test_a_manifest_that_is_not_there_yet_is_none(line):
    line.api.bulletin.published = None
    assert await line.channel.manifest() is None


async def test_a_refused_post_is_not_tried_with_a_new_challenge(line, world):
    mailbox = line.signed()
    await mailbox.pull(0)
    line.api.queue.poison = encode(head(world))
    letter = Blob(line.api.queue.poison)
    with pytest.raises(Refused) as caught:
        await mailbox.post(PostRequest(letters=(letter,), acknowledged=()))
    assert (caught.value.status, line.api.challenges) == (413, 1)
