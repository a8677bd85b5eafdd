"""Vouchers from referees who checked the person face to face (§R1)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from api.errors import NotReady
from api.registrar.ports import Asked, Kind, OpenVoucher, PersonStore, Started
from escrow.calendar import month_of
from escrow.errors import InvalidRegistration, NotFound, QuotaExceeded
from escrow.manifest import Deployment
from escrow.messages.codec import Nonce, PublicKey, Signed
from escrow.messages.registration import Awaited, Note
from escrow.registrar.identity import Identity
from escrow.registrar.voucher import (
    SEALED_BYTES,
    open_seal,
    open_voucher,
    read_voucher_code,
    voucher_id,
)

LONGEST_DAYS: Final = 180
_MONTHS: Final = 12


class VoucherProvider:
    """`api.registrar.ports.Provider` that trusts a referee's signature.

    Args:
        referees: Their keys, and how many vouchers each may hand in in a year.
        store: Of the vouchers.
        clock: Gives the day.
        find_deployment: Gives the manifest once it is there.
    """

    kind: Kind = "voucher"
    title = ""
    asks: tuple[Asked, ...] = ()
    demo_only = False

    def __init__(
        self,
        referees: Mapping[PublicKey, int],
        store: PersonStore,
        clock: Callable[[], int],
        find_deployment: Callable[[], Awaitable[Deployment | None]],
    ) -> None:
        self._referees = referees
        self._store = store
        self._clock = clock
        self._find = find_deployment

    async def take(self, signed: Signed) -> None:
        """Keep a voucher that a referee made; again changes nothing.

        Raises:
            InvalidSignature: The referee did not sign it.
            InvalidRegistration: She is none of this registrar's, or the voucher is for
                another deployment, too long, or of another size.
            QuotaExceeded: She made as many this year as she may.
        """
        voucher = open_voucher(signed)
        day = self._clock()
        if (
            voucher.referee not in self._referees
            or voucher.deployment_id != await self._deployment_id()
            or not day <= voucher.last_day <= day + LONGEST_DAYS
            or len(voucher.sealed) != SEALED_BYTES
        ):
            raise InvalidRegistration("not a voucher for here", culprit="referee")
        year = month_of(day) // _MONTHS
        kept = OpenVoucher(voucher.referee, voucher.last_day, voucher.sealed)
        async with self._store.begin() as persons:
            await persons.vouchers.remove(expired_on=day)
            new = await persons.vouchers.add(voucher.voucher, kept, year)
            made = await persons.vouchers.made(voucher.referee, year)
            if new and made > self._referees[voucher.referee]:
                raise QuotaExceeded("this referee made as many vouchers as she may")

    async def _deployment_id(self) -> Nonce:
        deployment = await self._find()
        if deployment is None:
            raise NotReady
        return Nonce(deployment.deployment_id)

    async def start(self, reference: Nonce, claimed: Identity) -> Started:  # noqa: ARG002
        """Nothing has to be done before the code is typed."""
        return Started(awaits=("voucher",))

    async def finish(
        self,
        reference: Nonce,
        claimed: Identity,  # noqa: ARG002
        answers: Sequence[str],
    ) -> Identity | None:
        """What the referee verified, if the code opens it.

        The voucher belongs to this check until credentials are signed or the check is
        over: only then it is used, or free again.

        Raises:
            InvalidRegistration: No such voucher, or it is used, over, or revoked.
        """
        if not answers:
            return None
        code = read_voucher_code(answers[0])
        deployment_id = await self._deployment_id()
        name = voucher_id(deployment_id, code)
        async with self._store.begin() as persons:
            found = await persons.vouchers.claim(name, reference)
        if (
            found is None
            or found.last_day < self._clock()
            or found.referee not in self._referees
        ):
            raise InvalidRegistration("the check did not work", culprit="client")
        return open_seal(deployment_id, code, found.sealed)

    def notes(self, reference: Nonce) -> tuple[Note, ...]:  # noqa: ARG002
        """Nothing was sent."""
        return ()

    async def again(
        self,
        reference: Nonce,  # noqa: ARG002
        awaited: Awaited,  # noqa: ARG002
    ) -> None:
        """Nothing was sent.

        Raises:
            NotFound: Always.
        """
        raise NotFound("nothing of this kind was sent", culprit="client")

    async def settle(self, reference: Nonce) -> None:
        """The voucher is used: its sealed identity goes, digest and month stay."""
        async with self._store.begin() as persons:
            await persons.vouchers.spend(reference, month_of(self._clock()))

    async def redact(self, reference: Nonce) -> None:
        """Free a voucher whose check came to nothing; drop those that are over."""
        async with self._store.begin() as persons:
            await persons.vouchers.release(reference)
            await persons.vouchers.remove(expired_on=self._clock())

    async def health(self) -> bool:
        """Whether anybody can make vouchers."""
        return bool(self._referees)

    async def close(self) -> None:
        """Nothing runs."""
