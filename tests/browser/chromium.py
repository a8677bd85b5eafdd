"""The system's Chromium, as quiet as it can be."""

import os
import shutil
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, BrowserContext, Playwright

_FLAGS: Final = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium() -> str | None:
    """Where Chromium is, if it is on the path."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def launch(playwright: Playwright) -> Browser:
    """Start it without a window."""
    return playwright.chromium.launch(executable_path=chromium(), args=_flags())


def keep(playwright: Playwright, profile: Path) -> BrowserContext:
    """Start it without a window, with a profile that stays on the disk."""
    return playwright.chromium.launch_persistent_context(
        profile, executable_path=chromium(), args=_flags()
    )


def _flags() -> list[str]:
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return [*_FLAGS, *root]
