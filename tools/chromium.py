"""The Chromium that a machine has, for whatever draws or tests in a browser."""

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MISSING = f"no Chromium was found; one of these is needed on the path: {', '.join(NAMES)}"


def chromium() -> str | None:
    """Return where a Chromium is installed, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)
