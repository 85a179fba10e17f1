// Drives every figure.film of a page: a range and buttons choose among frames drawn beforehand.
// The frames of a film come as a script, films/KEY.js or films/KEY.large.js, which calls lstmLabFilm(name, data):
// fetch() and modules do not work from a USB stick, script elements do.
(() => {
  "use strict";
  const films = {};
  const waiting = {};
  const page = document.documentElement;
  const narrow = matchMedia("screen and (max-width: 700px)");

  window.lstmLabFilm = (name, data) => {
    films[name] = data;
    for (const go of waiting[name] || []) go(data);
    delete waiting[name];
  };

  function withFilm(figure, name, go) {
    if (films[name]) return go(films[name]);
    if (waiting[name]) return void waiting[name].push(go);
    waiting[name] = [go];
    const script = document.createElement("script");
    script.src = `${figure.dataset.films}${name}.js`;
    document.head.append(script);
  }

  const rowOf = (data, frame) => data.rows.findLast(row => row.first <= frame);

  function figureOf(figure) {
    const range = figure.querySelector("input[type=range]");
    const value = figure.querySelector("output");
    const host = figure.querySelector(".film-host");
    const sentence = figure.querySelector(".film-sentence");
    const note = figure.querySelector(".film-note");
    let frame = Number(figure.dataset.frame);
    let row = null;
    let said = "";
    let shown = "large" in figure.dataset;

    const large = () => "large" in figure.dataset || page.classList.contains("large") || narrow.matches;
    const name = () => (large() ? `${figure.id}.large` : figure.id);

    function draw() {
      const wanted = name();
      withFilm(figure, wanted, data => {
        if (wanted !== name()) return draw(); // the size changed while its script was on the way
        const whole = rowOf(data, frame);
        const led = whole.values.length > 1 ? whole : data.rows[0];
        host.innerHTML = data.frames[frame].map(piece => data.pieces[piece]).join("");
        shown = large();
        row = led;
        const words = whole.values[frame - whole.first];
        range.max = led.values.length - 1;
        if (led === whole) range.value = frame - whole.first;
        range.setAttribute("aria-valuetext", words);
        value.value = words;
        sentence.textContent = data.sentences[frame];
        note.textContent = said + (whole.also ? ` Also set: ${whole.also}.` : "");
        figure.dataset.frame = frame;
      });
    }

    range.addEventListener("input", () => {
      const chosen = Number(range.value);
      withFilm(figure, name(), data => {
        frame = (row || rowOf(data, frame)).first + chosen;
        said = "";
        draw();
      });
    });

    for (const button of figure.querySelectorAll("button[data-frame]")) {
      button.addEventListener("click", () => {
        frame = Number(button.dataset.frame);
        said = button.dataset.note;
        if ("right" in button.dataset || button.classList.contains("film-back"))
          for (const other of figure.querySelectorAll(".film-vote button"))
            other.setAttribute("aria-pressed", String(other === button));
        draw();
      });
    }

    const resize = () => (large() === shown ? withFilm(figure, name(), () => {}) : draw());
    resize();
    return resize;
  }

  function remember(on) {
    try {
      localStorage.setItem("lstm_lab large", on ? "yes" : "");
    } catch {} // some browsers keep nothing for pages from a file
  }

  function remembered() {
    try {
      return localStorage.getItem("lstm_lab large") === "yes";
    } catch {
      return false;
    }
  }

  // What scrolls sideways must be reachable by keys; most does not scroll, and then it should not stop Tab.
  function letScroll() {
    for (const part of document.querySelectorAll("pre, .scrolls, .katex-display")) {
      const scrolls = part.scrollWidth > part.clientWidth + 1;
      if (scrolls) part.tabIndex = 0;
      else part.removeAttribute("tabindex");
      if (scrolls) part.setAttribute("role", "region"), part.setAttribute("aria-label", "Scrolls sideways");
      else if (part.getAttribute("role") === "region") part.removeAttribute("role"), part.removeAttribute("aria-label");
    }
  }

  function start() {
    page.classList.add("moving");
    const toggle = document.querySelector(".large-print");
    if (toggle && remembered()) page.classList.add("large");
    const resizes = [...document.querySelectorAll("figure.film")].map(figureOf);
    const again = () => {
      for (const resize of resizes) resize();
      letScroll();
    };
    if (toggle) {
      toggle.setAttribute("aria-pressed", String(page.classList.contains("large")));
      toggle.addEventListener("click", () => {
        const on = page.classList.toggle("large");
        toggle.setAttribute("aria-pressed", String(on));
        remember(on);
        again();
      });
    }
    narrow.addEventListener("change", again);
    addEventListener("resize", letScroll);
    document.fonts.ready.then(letScroll); // a formula is wider in its own letters
    letScroll();
  }

  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
  else start();
})();
