"""The page around a picture: what an explorer's widgets are, how they are laid out, and the text of a frame.

A frame is everything that changes together: picture, read-out, challenge, prediction. It is one string for one
trait of one widget, of a height that does not change, so that nothing flickers and nothing below it jumps.
"""

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import ipywidgets as widgets

from lstm_lab.drawing import svg
from lstm_lab.drawing.svg import Canvas, escape, spoken
from lstm_lab.explorers.controls import Choice, Slider
from lstm_lab.explorers.large_print import GIVE_ROOM_BACK, LARGE_PAGE, MAKE_ROOM
from lstm_lab.files import DamagedFileError, MissingFileError
from lstm_lab.notation import QUANTITIES

if TYPE_CHECKING:
    from lstm_lab.explorers.base import Challenge, Explorer

STYLE = """
.lab-explorer{--lab-size:14px;max-width:1080px;padding:2px 8px 3px;overflow:hidden;gap:5px;
  font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif;
  --jp-widgets-font-size:var(--lab-size);--jp-ui-font-size1:var(--lab-size);font-size:var(--lab-size)}
.lab-explorer .widget-html-content{font-size:var(--lab-size);line-height:1.4;color:var(--jp-content-font-color0,#111)}
.lab-explorer .widget-html,.lab-explorer .jupyter-widgets{margin:0;max-width:100%}
.lab-explorer>.widget-html,.lab-explorer .lab-frame{height:auto}
.lab-explorer .widget-html-content{width:100%}
.lab-explorer .lab-row{flex-flow:row wrap;gap:4px 10px;align-items:center;overflow:visible}
.lab-explorer .lab-head{justify-content:space-between;align-items:flex-start;flex-wrap:nowrap}
.lab-explorer .lab-controls{gap:4px 26px}
.lab-explorer .lab-two{display:grid;grid-template-columns:1fr 1fr auto;column-gap:26px}
.lab-explorer .lab-two>.lab-control{grid-column:1}
.lab-explorer .lab-two>.lab-control:nth-child(even){grid-column:2}
.lab-explorer .lab-two>.widget-toggle-button{grid-area:2/3}
.lab-explorer .lab-two:not(:has(>.widget-toggle-button)){grid-template-columns:1fr 1fr}
.lab-lecture .lab-two{display:flex}
.lab-explorer .lab-folded{gap:3px 26px}
.lab-explorer .lab-folded .lab-slider{flex-basis:200px}
.lab-explorer .lab-folded .widget-slider{flex-basis:90px;min-width:90px}
.lab-explorer .lab-folded .widget-text input{width:3.4em;height:1.55em;line-height:1.5}
.lab-explorer:has(.lab-folded:not(.lab-hidden)>.lab-slider) .lab-presets{display:none}
@media (max-width:760px){.lab-explorer .lab-two{display:flex}}
.lab-explorer .lab-control{flex:1 1 230px;align-items:center;gap:8px;overflow:visible;min-width:0}
.lab-explorer .lab-slider{min-width:min-content}
.lab-explorer .lab-composer,.lab-explorer .lab-time{flex:1 1 auto;flex-wrap:wrap}
.lab-explorer .lab-time .widget-slider{flex-basis:90px;min-width:90px}
.lab-explorer .lab-choice{flex:0 1 auto;flex-wrap:wrap}
.lab-explorer .lab-head>.widget-html{flex:1 1 0;min-width:min(500px,60%)}
.lab-explorer .lab-head>.lab-quiet{flex:0 1 auto;flex-wrap:wrap;justify-content:flex-end;gap:0 2px}
.lab-explorer .widget-label{width:auto;min-width:0;font-size:var(--lab-size);color:var(--jp-content-font-color0,#111);
  text-overflow:clip;overflow:visible;line-height:1.4;height:auto}
.lab-explorer .widget-text,.lab-explorer .widget-slider,.lab-explorer .widget-toggle-buttons,
.lab-explorer .widget-dropdown{width:auto;height:auto;align-items:center;gap:6px;overflow:visible}
.lab-explorer .widget-text input{width:4.8em;min-width:0;flex:none;font-size:var(--lab-size);
  font-variant-numeric:tabular-nums;height:2em;line-height:1.9}
.lab-explorer .lab-line{flex:1 1 210px}.lab-explorer .lab-line input{flex:1 1 auto}
.lab-explorer .lab-long .widget-button{padding:1px .4em}
.lab-explorer .widget-slider{flex:1 1 130px;min-width:124px;padding:0 8px}
.lab-explorer .widget-slider .noUi-connects{
  background:color-mix(in srgb,var(--jp-content-font-color0,#111) 55%,var(--jp-layout-color0,#fff))}
.lab-explorer .widget-slider.jupyter-widgets .noUi-handle{border:2px solid var(--jp-content-font-color0,#111);
  background:var(--jp-layout-color0,#fff)}
.lab-explorer .widget-button,.lab-explorer .widget-toggle-button,.lab-explorer .widget-dropdown select{width:auto;
  height:auto;min-height:2em;line-height:1.6;padding:1px .7em;margin:0;font-size:var(--lab-size);white-space:nowrap;
  border-radius:5px;border:1px solid var(--jp-border-color1,#ccc);background-color:var(--jp-layout-color1,#fff);
  color:var(--jp-content-font-color0,#111);box-shadow:none}
.lab-explorer .widget-dropdown select{flex:0 1 auto;max-width:100%;padding-right:2em;appearance:none;
  background:linear-gradient(45deg,transparent 50%,currentColor 50%) right 1.05em center/.4em .4em no-repeat,
  linear-gradient(135deg,currentColor 50%,transparent 50%) right .65em center/.4em .4em no-repeat,
  var(--jp-layout-color1,#fff)}
.lab-explorer .widget-toggle-button.mod-active,.lab-explorer .widget-toggle-buttons .mod-active,
.lab-explorer .widget-button.lab-chosen{
  background:var(--jp-content-font-color0,#111);color:var(--jp-layout-color0,#fff)}
.lab-explorer .widget-button:hover{border-color:var(--jp-content-font-color2,#666)}
.lab-explorer button:focus-visible,.lab-explorer .noUi-handle:focus-visible,.lab-explorer input:focus-visible,
.lab-explorer select:focus-visible{outline:3px solid #0072B2;outline-offset:1px;box-shadow:none}
.lab-explorer .widget-toggle-buttons{display:flex;flex-flow:row wrap;gap:4px 8px}
.lab-explorer .widget-toggle-buttons>div{display:flex;flex-flow:row wrap;gap:4px}
.lab-explorer .lab-asked{gap:4px 6px}
.lab-explorer .lab-asked .widget-label{font-weight:600;margin-right:4px}
.lab-explorer .widget-button:disabled{opacity:.45;cursor:default}
.lab-explorer .lab-quiet .widget-button,.lab-explorer .lab-quiet .widget-toggle-button{
  color:var(--jp-content-font-color1,#333);border-color:transparent;background:none;padding:1px .5em}
.lab-explorer:not(.lab-lecture) .lab-quiet .widget-button,
.lab-explorer:not(.lab-lecture) .lab-quiet .widget-toggle-button{min-height:1.65em;line-height:1.35}
.lab-explorer .lab-quiet .widget-button:hover,.lab-explorer .lab-quiet .widget-toggle-button:hover{
  border-color:var(--jp-border-color1,#ccc)}
.lab-explorer .lab-quiet .mod-active{border-color:currentColor}
.lab-explorer .lab-hidden,.lab-lecture .lab-only-alone,.lab-done .lab-done-others,
.lab-explorer:not(.lab-lecture) .lab-only-lecture{display:none!important}
.lab-explorer .lab-question{font-size:1.25em;font-weight:650;line-height:1.25}
.lab-explorer .lab-soft{color:var(--jp-inverse-layout-color3,#666)}
.lab-frame svg,.lab-map svg{display:block;width:100%;height:auto}
.lab-frame .lab-finding{font-size:1.12em;line-height:1.35;min-height:2.7em;margin:4px 0 0;text-wrap:pretty}
.lab-map p{font-size:1.12em;line-height:1.35;margin:4px 0 0;text-wrap:pretty}
.lab-frame .lab-strip{display:grid;grid-template-columns:4fr 3fr;gap:2px 26px;min-height:2.8em;margin:4px 0 0}
.lab-frame .lab-strip p{margin:0}
.lab-frame .lab-score{display:inline-block}
.lab-frame meter{width:5.5em;height:.8em;vertical-align:baseline}
.lab-frame meter::-webkit-meter-optimum-value{background:#0072B2}
.lab-frame meter::-moz-meter-bar{background:#0072B2}
.lab-explorer .lab-presets{gap:4px 6px}
.lab-explorer .lab-presets .widget-button{padding:1px .55em}
.lab-explorer .lab-note .widget-html-content{font-size:.93em}
.lab-explorer .lab-saved a{color:var(--jp-content-link-color,#0072B2);text-decoration:underline}
.lab-explorer .lab-code .widget-button{min-height:0;line-height:1.2;padding:0 .5em}
.lab-code code{font-size:.92em;user-select:all;overflow-wrap:anywhere}
.lab-explorer.lab-lecture{--lab-size:24px}
.lab-lecture .lab-question{font-size:1.08em}
.lab-lecture .lab-frame .lab-finding{font-size:1em;line-height:1.25;min-height:3.75em;margin-top:0}
.lab-lecture .lab-frame .lab-finding:has(>b){line-height:1.1}
.lab-lecture.lab-explorer{gap:4px}
.lab-lecture .lab-controls .lab-slider{flex-basis:320px}
.lab-lecture .widget-button,.lab-lecture .widget-toggle-button,.lab-lecture .widget-dropdown select{padding:0 .5em;
  min-height:1.8em}
.lab-lecture .widget-dropdown select{padding-right:2em}
.lab-lecture .widget-text input{height:1.8em}
.lab-lecture .widget-slider .noUi-connects{height:8px}
.lab-lecture .lab-composer .widget-button{padding:1px .35em}
.lab-lecture .widget-slider .noUi-handle{width:24px;height:24px;top:-8px}
"""

NAME_SLIDERS = (
    "(function name(left) {"
    "  const root = this.closest('.lab-explorer');"
    "  root?.querySelectorAll('.lab-control').forEach(control => {"
    "    const label = control.querySelector('label[for]');"
    "    control.querySelectorAll('.noUi-handle').forEach(handle =>"
    "      handle.setAttribute('aria-label', label.textContent));"
    "  });"
    "  if (left) setTimeout(() => name.call(this, left - 1), 500);"
    "}).call(this, 8)"
)
"""ipywidgets ties no label to the handle of a slider; run once in the page, this gives it the label of its box."""

KEEP_ARROWS = (
    "window.addEventListener('keydown', window.labArrows ??= event => event.target"
    "  .closest?.('.lab-explorer .noUi-handle')?.toggleAttribute('data-lm-suppress-shortcuts',"
    "    /^(Arrow|Page|Home|End)/.test(event.key)), true);"
)
"""Notebook 7 hears keys before the widgets do and would go to the next heading; this leaves a slider its own keys."""

BLANK = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"

TO_RUN = "Run this cell (Shift + Enter) to move it."
"""What a page says on which nothing runs yet."""


class Parts(NamedTuple):
    """The widgets that are written to later."""

    root: widgets.VBox
    style: widgets.HTML
    frame: widgets.HTML
    note: widgets.HTML
    lecture: widgets.ToggleButton
    choices: tuple[widgets.Button, ...]


def lay_out(explorer: "Explorer", set_lecture: Callable[[bool], None]) -> tuple[widgets.VBox, Parts]:
    """Return the widgets of an explorer, wired to its methods, and those among them that change later."""
    head = widgets.HTML(
        f'<div class="lab-question">{escape(explorer.question)}</div>'
        f'<div class="lab-soft lab-only-alone">Often believed: “{escape(explorer.misconception)}”</div>'
    )
    style = widgets.HTML()
    style.add_class("lab-hidden")
    frame, note = widgets.HTML(), widgets.HTML(_not_shown(explorer))
    frame.add_class("lab-frame")
    note.add_class("lab-only-alone")
    note.add_class("lab-note")
    reset = widgets.Button(description="Reset", tooltip="Back to the first values, seed and time included")
    reset.on_click(lambda _: explorer.reset())
    copy = widgets.Button(description="Copy as Python", tooltip="A line that rebuilds this view in a cell")
    copy.on_click(lambda _: note.set_trait("value", _code(explorer)))
    save = widgets.Button(description="Save as SVG", tooltip="The picture as a file, for slides")
    save.on_click(lambda _: explorer.save())
    for button in (copy, save):
        button.add_class("lab-only-alone")
    lecture = widgets.ToggleButton(description="Lecture", tooltip="Large print for the whole notebook")
    lecture.observe(lambda change: set_lecture(change["new"]), "value")
    buttons: list[widgets.Widget] = [reset, copy, save, lecture]
    if "seed" in explorer.hidden:
        name, does = explorer.again
        again = widgets.Button(description=name, tooltip=does)
        again.on_click(lambda _: explorer.draw_again())
        buttons.insert(1, again)
    quiet = _row(buttons)
    quiet.add_class("lab-quiet")
    top = _row([head, quiet])
    top.add_class("lab-head")
    asked, choices = _asked(explorer)
    rows = [style, top, *asked, *_controls(explorer), frame, *_presets(explorer), note]
    root = widgets.VBox(rows)
    root.add_class("lab-explorer")
    return root, Parts(root, style, frame, note, lecture, choices)


def _row(children: list[Any]) -> widgets.HBox:
    row = widgets.HBox(children)
    row.add_class("lab-row")
    return row


def _asked(explorer: "Explorer") -> tuple[list[widgets.Widget], tuple[widgets.Button, ...]]:
    """Return the row of the prediction, and its buttons: pressing one again leads to the outcome again."""
    if explorer.asked.prediction is None:
        return [], ()
    choices = tuple(widgets.Button(description=choice) for choice in explorer.asked.prediction.choices)
    for button in choices:
        button.on_click(lambda pressed: explorer.predict(pressed.description))
    asked = _row([widgets.Label(f"First predict: {explorer.asked.prediction.question}"), *choices])
    asked.add_class("lab-asked")
    asked.add_class("lab-only-alone")
    return [asked], choices


def _controls(explorer: "Explorer") -> list[widgets.Widget]:
    stay = explorer.lecture or tuple(explorer.inputs)[:2]
    for name, control in explorer.inputs.items():
        if name not in stay:
            control.add_class("lab-only-alone")
    row = _control_row([control for name, control in explorer.inputs.items() if name not in explorer.more])
    if not explorer.more:
        return [row]
    folded = _row([explorer.inputs[name] for name in explorer.more])
    for name in ("lab-controls", "lab-folded", "lab-hidden", "lab-only-alone"):
        folded.add_class(name)
    unfold = widgets.ToggleButton(description="More")
    unfold.add_class("lab-only-alone")

    def fold(change: Any) -> None:
        (folded.remove_class if change["new"] else folded.add_class)("lab-hidden")

    unfold.observe(fold, "value")
    row.children = (*row.children, unfold)
    return [row, folded]


def _control_row(controls: list[Any]) -> widgets.HBox:
    """Return controls in a row that wraps; of four that are mostly sliders, two stand beside two."""
    row = _row(controls)
    row.add_class("lab-controls")
    plain = [isinstance(control, Slider | Choice) for control in controls]
    sliders = [isinstance(control, Slider) for control in controls]
    if len(controls) == 4 and all(plain) and sum(sliders) >= 3:
        row.add_class("lab-two")
    return row


def _presets(explorer: "Explorer") -> list[widgets.Widget]:
    buttons = []
    for question in explorer.asked.presets:
        button = widgets.Button(description=question, tooltip=f"Set the controls: {question}")
        button.on_click(lambda _, question=question: explorer.visit(question))
        buttons.append(button)
    row, visit = _row(buttons), _presets_in_lecture(explorer)
    row.add_class("lab-presets")
    row.add_class("lab-only-alone")
    return [row, visit]


def _presets_in_lecture(explorer: "Explorer") -> widgets.Dropdown:
    """Return the same places as a list, after the question to ask the audience first and its answer."""
    places: dict[str, Callable[[], None]] = {
        question: partial(explorer.visit, question) for question in explorer.asked.presets
    }
    if explorer.asked.prediction is not None:
        first = {
            f"Ask first: {explorer.asked.prediction.question}": explorer.ask,
            "… and the answer": explorer.answer,
        }
        places = first | places
    visit = widgets.Dropdown(options=["choose a question", *places], description="Show")
    visit.observe(lambda change: places.get(change["new"], _stay)(), "value")
    visit.add_class("lab-only-lecture")
    return visit


def _stay() -> None:
    """Do nothing: no place was chosen."""


def _not_shown(explorer: "Explorer") -> str:
    return f'<span class="lab-soft">What this does not show: {escape(explorer.not_shown)}</span>'


def _code(explorer: "Explorer") -> str:
    line = escape(explorer.python())
    copy = "navigator.clipboard&&navigator.clipboard.writeText(this.parentNode.querySelector('code').textContent)"
    return (
        f'<span class="lab-code"><button class="widget-button" onclick="{escape(copy)}">Copy</button> '
        f"<code>{line}</code></span>"
    )


def show_what_is_missing(explorer: "Explorer", parts: Parts) -> None:
    """Put the line on what an explorer does not show back in place of a copied line or a saved file."""
    parts.note.value = _not_shown(explorer)


def say(parts: Parts, words: str) -> None:
    """Put a sentence in the line below the picture."""
    parts.note.value = f'<span class="lab-soft">{escape(words)}</span>'


def unbroken(words: str) -> str:
    """Return words in which no line breaks between a number and its % or around the = before a number.

    >>> unbroken("h = 0.05, or 5 % of c").split(" ")
    ['h\\xa0=\\xa00.05,', 'or', '5\\xa0%', 'of', 'c']
    """
    return re.sub(
        r"(?<=\d) (?=%)|(?<=\b\w) (?=[=≈] [−\d])|(?<=\b\w [=≈]) (?=[−\d])", "\N{NO-BREAK SPACE}", words
    )


def score_line(challenge: "Challenge | None", record: Any) -> str:
    """Return the challenge as HTML, with its score on this record."""
    if challenge is None:
        return ""
    score = _score(challenge, record)
    return (
        f"<b>Challenge:</b> {escape(challenge.text)} "
        '<span class="lab-score"><span style="white-space:nowrap">'
        f'<meter value="{score:.3f}" aria-label="score">{score:.0%}</meter> '
        f"<b>{spoken(100 * score, 0)} %</b></span> {unbroken(escape(challenge.sentence(record)))}</span>"
    )


def is_solved(challenge: "Challenge | None", record: Any) -> bool:
    """Return whether the score that is shown is 100 %."""
    return challenge is not None and spoken(100 * _score(challenge, record), 0) == "100"


def _score(challenge: "Challenge", record: Any) -> float:
    return min(max(float(challenge.score(record)), 0.0), 1.0)


def aside(heading: str, words: str) -> str:
    """Return a short remark as HTML."""
    return f"<b>{escape(heading)}:</b> {escape(words)}"


def frame(picture: str, sentence: str, left: str, right: str, answer: str = "") -> str:
    """Return the text of one frame: the picture, what it shows, and two remarks (HTML) side by side.

    ``answer`` is the short answer to what an audience was asked; it stands before the sentence.
    """
    first = f"<b>{escape(answer)}</b> " if answer else ""
    return (
        f'{picture}<p class="lab-finding">{first}{unbroken(escape(sentence))}</p>'
        f'<div class="lab-strip lab-only-alone"><p>{left}</p><p>{right}</p></div>'
    )


def ballot(canvas: Canvas, question: str, choices: Sequence[str]) -> str:
    """Return a frame that asks instead of showing: the question and its choices, for an audience to vote."""
    size = 1.5 * canvas.text
    symbol = question.split()[0].strip(",.:;") in {*QUANTITIES, "tanh"}  # C is another quantity than c
    lines = svg.wrapped(question if symbol else question[:1].upper() + question[1:], canvas.width - 60, size)
    top = canvas.height / 2 - 0.65 * size * (len(lines) + len(choices)) / 2
    asked = [
        svg.text(canvas.width / 2, top + 1.3 * size * k, words, size=size, anchor="middle", weight=600)
        for k, words in enumerate(lines)
    ]
    below = top + 1.3 * size * len(lines)
    asked += [
        svg.text(canvas.width / 2, below + 1.6 * canvas.text * k, choice, anchor="middle")
        for k, choice in enumerate(choices)
    ]
    picture = svg.document(canvas, "A question to vote on", question, *asked)
    return frame(picture, "Vote first. Then choose the answer from the list, or move a control.", "", "")


def broken_frame(picture: str, sentence: str, error: Exception) -> str:
    """Return the last good frame, if there was one, with a sentence that says what went wrong."""
    if not picture:
        return frame("", wrong(error), "Run the cell again when this is mended.", "")
    return frame(picture, f"{wrong(error)} The picture is the last good one.", "", escape(sentence))


def wrong(error: Exception) -> str:
    """Return what went wrong as a sentence; a file that is not as it should be says all there is to say."""
    if isinstance(error, DamagedFileError | MissingFileError):
        return f"This could not be drawn: {error}."
    return f"This setting could not be drawn ({type(error).__name__}: {error})."


def show_choice(parts: Parts, choice: str) -> None:
    """Mark the button of the learner's prediction, and no other."""
    for button in parts.choices:
        (button.add_class if button.description == choice else button.remove_class)("lab-chosen")


def show_lecture(parts: Parts, on: bool) -> None:
    """Put an explorer's widgets, and the page they are on, into or out of large print."""
    (parts.root.add_class if on else parts.root.remove_class)("lab-lecture")
    parts.lecture.value = on
    script = KEEP_ARROWS + (MAKE_ROOM if on else GIVE_ROOM_BACK) + NAME_SLIDERS
    namer = f'<img alt="" src="{BLANK}" onload="{escape(script)}">'
    parts.style.value = f"<style>{STYLE}{LARGE_PAGE if on else ''}</style>{namer}"
