// A deck: space, PageDown and arrows go on; while a slider has the focus, arrows move it and Escape gives them back.
(() => {
  "use strict";
  const deck = new Reveal({
    width: 1280, height: 720, margin: 0, minScale: 0.1, maxScale: 4, center: false, hash: true, transition: "none",
    backgroundTransition: "none", slideNumber: "c/t", controls: false, scrollActivationWidth: 0,
    pdfSeparateFragments: true, plugins: [RevealNotes],
  });

  const onward = { PageDown: () => deck.next(), " ": () => deck.next(), PageUp: () => deck.prev() };

  addEventListener("keydown", event => {
    const at = event.target;
    if (!(at instanceof HTMLElement)) return;
    if (at.matches("input[type=range]")) {
      event.stopPropagation();
      if (event.key in onward) event.preventDefault();
      if (event.key in onward || event.key === "Escape") at.blur();
      onward[event.key]?.();
    } else if (at.matches("button") && [" ", "Enter", "Escape"].includes(event.key)) {
      event.stopPropagation();
      if (event.key === "Escape") at.blur();
    }
  }, true);

  deck.on("slidechanged", () => document.activeElement?.blur());
  deck.initialize().then(() => {
    deck.addKeyBinding({ keyCode: 82, key: "R", description: "Take hold of the slider" }, () =>
      deck.getCurrentSlide().querySelector("input[type=range]")?.focus());
  });
})();
