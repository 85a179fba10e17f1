"""The pages without a kernel, built once for all tests: a test asks for ``pages``, the folder they are in.

Still pictures and JupyterLite are not in it: they take longer, and their own tests build them.
"""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LESSONS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
PAGES = ("index.html", *(f"lessons/{name}.html" for name in LESSONS))


@pytest.fixture(scope="session", name="pages")
def build_pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site's pages."""
    import build_site  # seconds of loading that no other test should wait for

    folder = tmp_path_factory.mktemp("site")
    build_site.build(folder, build_site.PAGES)
    return folder
