"""What a referee hands to a registrar (§R1)."""

from escrow.messages.codec import Blob, Day, Digest, Message, Nonce, PublicKey


class VouchedIdentity(Message, frozen=True, tag="vouched-identity/1"):
    """What a referee verified of a person; sealed under the voucher's code."""

    name: str
    email: str
    phone: str
    country: str


class Voucher(Message, frozen=True, tag="voucher/1"):
    """A sealed identity under the digest of its code; signed by the referee."""

    deployment_id: Nonce
    referee: PublicKey
    voucher: Digest
    last_day: Day
    sealed: Blob
