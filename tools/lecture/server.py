"""Voilà with a hall around it: a map of all pages at the front door, and one frame a page with a bar below."""

import json
import logging
import signal
import subprocess
import threading
import webbrowser
from pathlib import Path
from typing import Any, NamedTuple

import jinja2
import tornado.ioloop
import tornado.web
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from voila.app import Voila

from lecture.programme import Page

HALL = Path(__file__).with_name("hall")
SHARE = Path(__file__).with_name("share")
"""What is put on the path of Jupyter, so that Voilà finds the template."""

WIDGETS = ("@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8")
"""The extensions of JupyterLab that a page loads: what draws widgets, and nothing else that is installed."""


class Row(NamedTuple):
    """A row of the map: the number, key and title of a lesson, and its explorers."""

    number: str
    key: str
    title: str
    explorers: list[Page]


def rows(pages: list[Page]) -> list[Row]:
    """Return the map: a row for each lesson."""
    found: list[Row] = []
    for page in pages:
        if page.name:
            found[-1].explorers.append(page)
        else:
            found.append(Row(page.key[:2], page.key, page.lesson, []))
    return found


def front_door(pages: list[Page]) -> str:
    """Return the page with the map, the bar and the room for the frames."""
    order = [{"key": page.key, "lesson": page.lesson, "name": page.name} for page in pages]
    loader = jinja2.FileSystemLoader(HALL)
    template = jinja2.Environment(loader=loader, autoescape=True).get_template("index.html")
    return template.render(rows=rows(pages), order=json.dumps(order))


def write_notebooks(pages: list[Page], folder: Path) -> None:
    """Write the notebook of each page where Voilà finds it."""
    for page in pages:
        (folder / f"{page.key}.ipynb").write_text(json.dumps(page.notebook), encoding="utf-8")


def options(folder: Path, port: str) -> list[str]:
    """Return Voilà's options: each page appears at once and fills as its cells finish; nothing but this is read.

    The log is silent: a page that is left while it runs would fill it; what fails in a cell stands on its page.
    Kernels end with the frames that show them; should a message be lost, they end after ten minutes without one.
    """
    return [
        str(folder),
        "--template=lecture",
        "--progressive_rendering=True",
        "--strip_sources=False",
        "--Voila.ip=127.0.0.1",
        f"--Voila.config_file_paths={folder}",
        "--Voila.log_level=CRITICAL",
        *(f"--VoilaConfiguration.extension_allowlist={each}" for each in WIDGETS),
        "--VoilaConfiguration.multi_kernel_manager_class=lecture.server.QuietKernels",
        "--MappingKernelManager.cull_idle_timeout=600",
        "--MappingKernelManager.cull_interval=60",
        f"--port={port}",
        "--Voila.port_retries=0",
    ]


class FrontDoor(tornado.web.RequestHandler):
    """Answer with the page that holds all others."""

    def initialize(self, page: str) -> None:
        """Take the page."""
        self.page = page

    def get(self) -> None:
        """Send it, with the cookie by which its frames may end their kernels."""
        self.xsrf_token  # noqa: B018 (asking for it sets the cookie)
        self.write(self.page)


class QuietKernels(AsyncMappingKernelManager):
    """Kernels that write no log: one that is ended while it runs would."""

    async def start_kernel(self, **options: Any) -> str:
        """Start a kernel and return its name."""
        return await super().start_kernel(**options, stderr=subprocess.DEVNULL)


class Hall(Voila):
    """A Voilà server whose first page is the map."""

    door = ""

    def init_handlers(self) -> Any:
        """Return Voilà's own handlers after the two of the hall."""
        door = (r"/", FrontDoor, {"page": self.door})
        files = (r"/hall/(.*)", tornado.web.StaticFileHandler, {"path": str(HALL)})
        theirs: Any = super().init_handlers()
        return [door, files, *theirs]

    def listen(self) -> None:
        """Say where the hall is as soon as its doors are open, and serve."""
        for name in ("tornado", "asyncio"):
            logging.getLogger(name).setLevel(self.log_level)
        signal.signal(signal.SIGINT, self._handle_signal_stop)  # as SIGTERM: what runs now is not torn apart
        said = f"The lecture hall is open at {self.display_url} - Ctrl-C closes it."
        tornado.ioloop.IOLoop.current().add_callback(print, said, flush=True)
        super().listen()

    def launch_browser(self) -> None:
        """Open the map in the reader's browser, if there is one."""
        threading.Thread(target=webbrowser.open, args=[self.display_url], daemon=True).start()
