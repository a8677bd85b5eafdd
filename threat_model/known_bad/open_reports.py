"""Reports that a client can match and open by itself: no trustees needed."""

from blind_index.group import Scalar
from blind_index.labels import Label
from blind_index.secret import SecretBytes
from blind_index.transcript import derive_key
from escrow.encrypted_tag import encrypt_tag
from keyservice.quota import Account, Admission

ONE = Scalar.from_int(1)


def tag_of_the_name_alone(tag_point, _r, base, binding, position, **more):
    """`encrypt_tag` whose r everybody knows: the tag follows from the name."""
    return encrypt_tag(tag_point, ONE, base, binding, position, **more)


def key_without_trustees(_secret, report_key, part):
    """`trustee_lock._part_key` that needs nobody's share."""
    return derive_key(SecretBytes(report_key), Label.PART_KEY, bytes([part]))


def admit_everything(_rules, account, _newcomers, spending):
    """`quota.admit` without a quota."""
    return Admission(account or Account(), spending.cost, newcomer=False)
