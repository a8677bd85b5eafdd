"""A trustee that remembers of a fellow's log what it was shown last."""

MOST = 1000


def the_last(heads, fresh):
    """`remembered_heads.remember` by order of arrival: what is new pushes out."""
    return (*heads, fresh)[-MOST:]


def always(_heads, _day):
    """`remembered_heads.has_room` of a memory that counts no days."""
    return True
