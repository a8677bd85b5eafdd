"""Take one guard away, on the test's side only, by its name in guards.toml."""

import pkgutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from threat_model.harness.catalogue import Guard, guards


def pass_over(*_: object, **__: object) -> None:
    """In place of a check that only refuses."""


def resolve(path: str) -> Any:
    """What stands under a dotted path.

    Raises:
        AttributeError, ImportError: Nothing does; the guard was renamed.
    """
    module, _, name = path.rpartition(".")
    return getattr(pkgutil.resolve_name(module), name)


def listed(name: str, attack: str) -> Guard:
    """A guard that guards.toml lets this attack remove.

    Raises:
        LookupError: It does not.
    """
    guard = guards()[name]
    if attack not in guard.removed_in:
        raise LookupError(f"guards.toml does not let {attack} remove {name}")
    return guard


@contextmanager
def removed(
    name: str, attack: str, replacement: Callable[..., Any] = pass_over
) -> Iterator[None]:
    """The product without one guard, as long as the block lasts."""
    with ExitStack() as stack:
        for path in listed(name, attack).paths:
            resolve(path)
            stack.enter_context(patch(path, replacement))
        yield
