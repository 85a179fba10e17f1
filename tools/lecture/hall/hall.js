// The hall: one frame a page. The page before and the page after stay loaded, so that turning is at once and what was
// set is still there; other frames go, and their kernels with them. The address names the page: reload and Back work.
"use strict";
window.hall = (() => {
  const order = JSON.parse(document.getElementById("order").textContent);
  const part = id => document.getElementById(id);
  const frames = new Map();  // place -> iframe
  const leaving = new Set(); // frames whose kernel is still to be ended
  let at = -1;               // the page shown, -1 for the map
  let last = 0;              // the page shown last
  let large = true;

  const page = place => frames.get(place)?.contentDocument ?? null;
  const isLesson = place => !order[place].name;

  function load(place) {
    if (frames.has(place) || place < 0 || place >= order.length) return;
    const frame = document.createElement("iframe");
    frame.title = order[place].name || order[place].lesson;
    frame.allow = "fullscreen; clipboard-write";
    frame.src = `/voila/render/${order[place].key}.ipynb`;
    frames.set(place, frame);
    part("stage").append(frame);
  }

  function endKernel(frame) {
    const written = frame.contentDocument?.getElementById("jupyter-config-data")?.textContent ?? "";
    const kernel = written.match(/"kernelId": *"([^"]+)"/)?.[1];
    if (!kernel) return false;
    const form = new FormData();
    form.append("_xsrf", document.cookie.match("\\b_xsrf=([^;]*)\\b")?.[1] ?? "");
    navigator.sendBeacon(`/voila/api/shutdown/${kernel}`, form);
    return true;
  }

  function drop(place) {
    leaving.add(frames.get(place));
    frames.delete(place);
    endLeaving();
  }

  // A frame that has not yet said which kernel it has stays out of sight until it has.
  function endLeaving() {
    for (const frame of [...leaving].filter(endKernel)) {
      leaving.delete(frame);
      frame.remove();
    }
  }

  // Whether an explorer is in large print, and whether its own toggle asks for that.
  const toggle = inside => inside.querySelector(".shown .lab-quiet .widget-toggle-button");
  const printed = inside => inside.querySelector(".shown .lab-explorer.lab-lecture") !== null;
  const asked = inside => toggle(inside)?.classList.contains("mod-active") ?? false;

  // How far a page is: cells that still wait, and whether there is something to look at.
  function state(place) {
    const inside = page(place);
    const cells = inside ? inside.querySelectorAll("[cell-index]").length : 0;
    const waiting = inside ? inside.querySelectorAll("[cell-index] > .voila-skeleton-container") : [];
    const begun = cells > 0 && inside.querySelector(".jp-OutputArea, .lab-explorer") !== null;
    waiting.forEach((each, k) => each.classList.toggle("running", k === 0));
    const drawn = inside?.querySelector(".shown .lab-frame svg.lab") != null && printed(inside) === asked(inside);
    const ready = place < 0 || (isLesson(place) ? begun && waiting.length === 0 && inside.readyState === "complete" : drawn);
    return {ready, cells, waiting: waiting.length};
  }

  // Large or small print, in every page that is there: its own toggle moves all its explorers.
  function print(place) {
    const inside = page(place);
    if (!inside?.body) return;
    inside.body.classList.toggle("large", large);
    if (toggle(inside) && asked(inside) !== large) toggle(inside).click();
  }

  function tell() {
    const {ready, cells, waiting} = state(at);
    const words = at < 0 ? [`${order.length} pages`]
      : [`${at + 1} of ${order.length}`, `${order[at].key.slice(0, 2)} ${order[at].name || order[at].lesson}`];
    if (!ready) words.splice(1, 0, cells ? `running ${cells - waiting + 1} of ${cells}` : "starting");
    const said = words.join(" · ");
    if (part("where").textContent !== said) part("where").textContent = said;
    document.body.dataset.ready = String(ready);
    return ready;
  }

  function show() {
    const wanted = order.findIndex(each => each.key === decodeURIComponent(location.hash.slice(1)));
    if (wanted >= 0 && wanted !== at) for (const place of [...frames.keys()]) if (Math.abs(place - wanted) > 1) drop(place);
    leaving.forEach(frame => frame.classList.remove("shown"));
    at = wanted;
    if (at >= 0) { last = at; load(at); }
    part("map").hidden = at >= 0;
    part("stage").hidden = at < 0;
    part("previous").disabled = at === 0;
    part("next").disabled = at === order.length - 1;
    part("to-map").setAttribute("aria-pressed", String(at < 0));
    for (const [place, frame] of frames) frame.classList.toggle("shown", place === at);
    for (const link of document.querySelectorAll("#map a")) link.classList.toggle("here", link.hash === `#${order[last].key}`);
    document.title = at < 0 ? "lstm_lab: lecture" : `${order[at].name || order[at].lesson} · lstm_lab`;
    part(at < 0 ? "map" : "stage").focus();
    settle(tell());
  }

  // The keys go to a page once it is there; until then the hall hears them.
  function settle(ready) {
    if (ready && at >= 0 && document.activeElement === part("stage")) frames.get(at).contentWindow.focus();
  }

  const go = place => { location.hash = place < 0 ? "" : order[place].key; };

  function turn(by) {
    const to = at < 0 ? (by > 0 ? last : -1) : at + by;
    if (to >= 0 && to < order.length) go(to);
  }

  // A clicker sends Page Down: through a lesson a screen at a time, then on.
  function scrolled(by) {
    const room = at < 0 ? part("map") : isLesson(at) ? page(at)?.getElementById("rendered_cells") : null;
    if (!room) return false;
    const before = room.scrollTop;
    room.scrollTop += by * 0.85 * room.clientHeight;
    return Math.abs(room.scrollTop - before) > 2;
  }

  const full = () => document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
  const resize = () => {
    large = !large;
    part("small").setAttribute("aria-pressed", String(!large));
    frames.forEach((_, place) => print(place));
  };
  const help = () => part("help").open ? part("help").close() : part("help").showModal();
  const map = () => go(at < 0 ? last : -1);
  const letters = {n: () => turn(1), p: () => turn(-1), m: map, f: full, s: resize, "?": help};

  function pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const by = {PageDown: 1, PageUp: -1}[event.key];
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    const does = by ? () => scrolled(by) || turn(by) : typing ? null : letters[event.key.toLowerCase()];
    if (!does || (part("help").open && event.key !== "?")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    does();
  }

  part("previous").onclick = () => turn(-1);
  part("next").onclick = () => turn(1);
  part("to-map").onclick = map;
  part("full").onclick = full;
  part("small").onclick = resize;
  part("keys").onclick = help;
  addEventListener("keydown", pressed, true);
  addEventListener("hashchange", show);
  addEventListener("pagehide", () => [...frames.values(), ...leaving].forEach(endKernel));
  document.addEventListener("fullscreenchange", () => part("full").setAttribute("aria-pressed", String(!!document.fullscreenElement)));
  setInterval(() => {
    endLeaving();
    const ready = tell();
    settle(ready);
    frames.forEach((_, place) => print(place));
    if (ready) load(at < 0 ? last : at + 1);  // one page at a time: the one on the wall comes first
  }, 200);
  show();
  return {pressed};
})();
