"""The pages without a kernel, built once for all tests: a test asks for ``pages``, the folder they are in.

Still pictures and JupyterLite are not in it: they take longer, and their own tests build them.
"""

from pathlib import Path

import pytest
from pages.notebooks import built, lines_of

ROOT = Path(__file__).resolve().parents[1]
LESSONS = [path.stem for path in built()]
PAGES = ("index.html", *(f"lessons/{name}.html" for name in LESSONS))
EXPLORERS = [(path.stem, line) for path in built() for line in lines_of(path)]
"""Every explorer of the lessons: the lesson that shows it, and the line that rebuilds it."""
MOVING = [(name, line) for name, line in EXPLORERS if ".of(" not in line]
"""Those that move without a kernel: one made of a network of its page cannot be rebuilt from its line."""


@pytest.fixture(scope="session", name="pages")
def build_pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site's pages."""
    import build_site  # seconds of loading that no other test should wait for

    folder = tmp_path_factory.mktemp("site")
    build_site.build(folder, build_site.PAGES)
    return folder
