"""A client that is content with any receipt, or with any one trustee's."""


def any_receipt(_receipt, _given):
    """A trustee signed something of hers."""
    return True


def somebody_heard(_deployment, heard):
    """One trustee is enough."""
    return bool(heard)
