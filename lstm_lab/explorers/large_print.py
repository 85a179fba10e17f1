"""What lecture mode does to the page around explorers: large type, wide pictures, whole lines, no side bar."""

LARGE_PAGE = (
    "body{--jp-content-font-size1:24px;--jp-code-font-size:22px;--jp-content-font-size0:22px}"
    ".jp-RenderedHTMLCommon{line-height:1.45}"
    ".lab-done{--lab-size:24px!important}.lab-done .lab-done-own{display:none!important}"
    ".lab-done .lab-done-others{display:block!important}"
    ".jp-Notebook :is(.jp-RenderedImage,.jp-RenderedSVG) img{width:100%;height:auto;max-height:560px;"
    "object-fit:contain;object-position:left}"
    ".jp-Notebook .jp-OutputArea svg.lab{width:100%;height:auto;max-height:540px}"
    ".jp-Notebook .jp-RenderedHTMLCommon table{font-size:20px}"
    ".jp-Notebook .cm-content{white-space:break-spaces;overflow-wrap:anywhere;flex-shrink:1}"
    ".jp-Notebook .cm-line{padding-left:2.5em;text-indent:-2.2em}"
    ".jp-Notebook :is(.jp-InputPrompt,.jp-OutputPrompt){font-size:13px}"
    ".jp-Notebook .jp-InternalAnchorLink{display:none}"
)
"""The style of a notebook in lecture mode; a long line of code goes on below itself, further in."""

_PRESS = (
    "const press = tab => {"
    "  const at = tab.getBoundingClientRect();"
    "  const there = {bubbles: true, button: 0, clientX: at.x + at.width / 2, clientY: at.y + at.height / 2};"
    "  tab.dispatchEvent(new PointerEvent('pointerdown', there));"
    "  document.dispatchEvent(new PointerEvent('pointerup', there));"
    "};"
    "const bar = '.jp-SideBar.jp-mod-left .lm-TabBar-tab';"
    "const open = document.querySelector(bar + '.lm-mod-current');"
)

MAKE_ROOM = (
    f"{{{_PRESS}"
    "  if (open && !window.labSideBar) { window.labSideBar = open.dataset.id; press(open); }"
    "  const root = document.activeElement?.closest('.lab-quiet')?.closest('.lab-explorer');"
    "  if (root?.contains(this)) setTimeout(() => root.scrollIntoView({block: 'start'}), 700);"
    "}"
)
"""Run in the page: close JupyterLab's side bar, once, and bring the explorer whose button was pressed to the top."""

GIVE_ROOM_BACK = (
    f"if (window.labSideBar && !document.querySelector('.lab-lecture')) {{{_PRESS}"
    "  const tab = document.querySelector(`${bar}[data-id='${window.labSideBar}']`);"
    "  delete window.labSideBar;"
    "  if (tab && !open) press(tab);"
    "}"
)
"""Run in the page: open the side bar again that lecture mode has closed."""
