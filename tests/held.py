"""What every page that is opened from its file is held to: it asks nothing of a network, complains of nothing, can be
read from the last row, and axe finds nothing serious.
"""

from pages.project import npm
from playwright.sync_api import Page

FINDINGS = """async rules => {
    const options = rules.length ? {runOnly: {type: "rule", values: rules}} : {};
    const found = await axe.run(document, {...options, resultTypes: ["violations"], preload: false});
    return found.violations.filter(each => ["serious", "critical"].includes(each.impact))
        .map(each => `${each.id}: ${each.nodes.map(node => node.html.slice(0, 120)).slice(0, 3).join(" | ")}`);
}"""
SMALL = """where => {
    const small = [];
    const note = (size, words) => { if (size < 23.9) small.push(`${size}: ${words}`); };
    for (const root of document.querySelectorAll(where)) {
        const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
        while (walk.nextNode()) {
            const part = walk.currentNode.parentElement;
            const words = walk.currentNode.textContent.replace(/[\\s\\u200b]/g, "");
            if (!words || part.closest(".notes, .katex-mathml, title, desc") || !part.checkVisibility()) continue;
            const placed = part.closest("svg") && part.getScreenCTM();
            note(parseFloat(getComputedStyle(part).fontSize) * (placed ? Math.hypot(placed.a, placed.b) : 1), words);
        }
    }
    return small;
}"""


def complaints_of(page: Page) -> list[str]:
    """Return a list that will hold every error and warning of a page and every address it asks but files."""
    complaints: list[str] = []
    page.on(
        "console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    own = ("file:", "data:", "about:")
    page.on("request", lambda asked: None if asked.url.startswith(own) else complaints.append(asked.url))
    return complaints


def serious(page: Page, *rules: str) -> list[str]:
    """Return what axe finds serious or critical on a page as it is now, by all rules or some."""
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(path=npm("axe-core") / "axe.min.js")
    return page.evaluate(FINDINGS, rules)


def small(page: Page, where: str) -> list[str]:
    """Return the words below 24 pixels within the elements of a selector, each with its size on the screen."""
    return page.evaluate(SMALL, where)
