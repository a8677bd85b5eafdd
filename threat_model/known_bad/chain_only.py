"""A log that is only a chain: whoever cuts its end, or writes it anew, is not seen."""

from keyservice.audit import empty_head, follow, head_of


def verify(entries, _remembered=()):
    """`audit.verify` that asks nobody what was there before."""
    head = empty_head()
    for entry in entries:
        head = follow(head, entry)
    return head


def follow_nothing(_head, entry):
    """`audit.follow` without a chain."""
    return head_of(entry)
