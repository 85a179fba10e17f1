"""The glossary as a page of the site, beside the lessons that its terms lead to."""

from pathlib import Path

import build_glossary

from pages.films import TEMPLATES
from pages.lessons import lessons
from pages.markup import html_of


def write(site: Path) -> None:
    """Write ``lessons/glossary.html``."""
    (body,) = html_of([build_glossary.text()])
    body = body.replace("<table>", '<div class="wide scrolls"><table>').replace("</table>", "</table></div>")
    page = TEMPLATES.get_template("glossary.html").render(
        root="../", series=lessons(), title="Glossary", body=body
    )
    (site / "lessons" / "glossary.html").write_text(page, encoding="utf-8")
