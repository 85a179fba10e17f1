"""What several files of tests share and is started once: a test asks for it by its name.

A fixture that a test file imports would be started once more for that file, and no process can hold two Playwrights.
"""

from browser import start_browser, start_server
from browser_only import build_lite, serve_lite
from built_site import build_pages

__all__ = ["build_lite", "build_pages", "serve_lite", "start_browser", "start_server"]
