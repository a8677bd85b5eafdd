"""An index trustee evaluates 64 elements: against the bare calls, and on two cores."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from time import perf_counter
from typing import Final

from blind_index import libsodium
from blind_index.group import Element, Scalar
from blind_index.key_share import KeyShare, PublicKeySet
from blind_index.shamir import Polynomial
from blind_index.threshold_evaluation import make_evaluation_share
from escrow.command.bench import floor
from escrow.command.bench.figures import Figure
from escrow.command.bench.floor import call
from escrow.command.progress import Reporter

ELEMENTS: Final = 64
_ROUNDS: Final = 15
_THREADS: Final = 2
_BATCHES: Final = 4
_SECTION: Final = "index trustee, 64 elements with proof"
Work = Callable[[], object]


@dataclass(frozen=True)
class DealtTrustee:
    """A trustee of a committee of three whose key a dealer dealt, and its batch."""

    share: KeyShare
    keys: PublicKeySet
    encoded: tuple[bytes, ...]

    def answer(self) -> list[bytes]:
        """What the trustee does: decode, evaluate, prove, encode."""
        elements = [Element.decode(one) for one in self.encoded]
        made = make_evaluation_share(self.share, self.keys, elements)
        return [element.encode() for element in made.elements]

    def floor(self) -> bytes:
        """The calls that this needs, with nothing around them."""
        key = self.share.scalar.encode()
        for one in self.encoded:
            libsodium.ELEMENT_VALID(one)
        public = call(libsodium.MULTIPLY_BASE, key)
        outputs = [call(libsodium.MULTIPLY, key, one) for one in self.encoded]
        return _bare_proof(key, public, self.encoded, outputs)


def _bare_proof(
    key: bytes, public: bytes, inputs: Sequence[bytes], outputs: Sequence[bytes]
) -> bytes:
    """RFC 9497 §2.2.1 with ComputeCompositesFast, unchecked."""
    joint = bytes(32)
    for before, after in zip(inputs, outputs, strict=True):
        weight = floor.hash_to_scalar(before + after + public)
        part = call(libsodium.MULTIPLY, weight, before)
        joint = call(libsodium.ELEMENT_ADD, joint, part)
    nonce = floor.random_scalar()
    committed = call(libsodium.MULTIPLY_BASE, nonce)
    both = call(libsodium.MULTIPLY, key, joint) + call(libsodium.MULTIPLY, nonce, joint)
    challenge = floor.hash_to_scalar(public + joint + committed + both)
    product = call(libsodium.SCALAR_MUL, challenge, key)
    return challenge + call(libsodium.SCALAR_SUB, nonce, product)


def dealt_trustee() -> DealtTrustee:
    """A trustee of a committee of three, two of whom are needed, and 64 elements."""
    polynomial = Polynomial((Scalar.random(), Scalar.random()))
    shares = [polynomial.evaluate(Scalar.from_int(i)) for i in range(1, 4)]
    keys = PublicKeySet(
        2,
        Element.base_multiple(polynomial.evaluate(Scalar.from_int(0))),
        tuple(Element.base_multiple(share) for share in shares),
    )
    batch = tuple(floor.random_element() for _ in range(ELEMENTS))
    return DealtTrustee(KeyShare(1, shares[0]), keys, batch)


def measure(reporter: Reporter) -> Iterator[Figure]:
    """Both figures; see the module."""
    trustee = dealt_trustee()
    with reporter.work("An index trustee evaluates", 2 * _ROUNDS) as advance:
        ours, bare = _alternate(trustee.answer, trustee.floor, advance)
        yield Figure(
            section=_SECTION,
            name="against the bare library's calls",
            value=median(a / b for a, b in zip(ours, bare, strict=True)),
            unit="x",
            bound=1.25,
            note=f"{1000 * median(ours):.1f} ms here",
        )
        gains, bares = [], []
        for _ in range(_ROUNDS):
            gains.append(_gain(trustee.answer))
            bares.append(_gain(trustee.floor))
            advance()
    yield Figure(
        section=_SECTION,
        name="gain of two threads against the bare library's gain",
        value=median(a / b for a, b in zip(gains, bares, strict=True)),
        unit="x",
        bound=0.9,
        side="least",
        note=f"{median(gains):.2f} against {median(bares):.2f}",
    )


def _alternate(
    one: Work, other: Work, advance: Callable[[], None]
) -> tuple[list[float], list[float]]:
    """Seconds of each, in turn, so that both see the machine in the same mood."""
    first, second = [], []
    one()
    other()
    for _ in range(_ROUNDS):
        begin = perf_counter()
        one()
        middle = perf_counter()
        other()
        first.append(middle - begin)
        second.append(perf_counter() - middle)
        advance()
    return first, second


def _gain(work: Work) -> float:
    """How much sooner two threads are done with the same number of batches."""
    marks = [perf_counter()]
    for _ in range(_BATCHES):
        work()
    marks.append(perf_counter())
    with ThreadPoolExecutor(_THREADS) as pool:
        for done in [pool.submit(work) for _ in range(_BATCHES)]:
            done.result()
    marks.append(perf_counter())
    alone, together = (later - earlier for earlier, later in pairwise(marks))
    return alone / together
