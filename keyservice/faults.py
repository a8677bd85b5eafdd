"""What may be said of an unexpected error: its class and place, no values."""

from traceback import extract_tb


def place_of(error: BaseException) -> str:
    """The class of an error and the line that raised it.

    Its text stays out: it could quote what a stranger sent.
    """
    frames = extract_tb(error.__traceback__)
    if not frames:
        return type(error).__name__
    last = frames[-1]
    return f"{type(error).__name__} at {last.filename}:{last.lineno}"
