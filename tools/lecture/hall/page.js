// In each frame: keys go to the hall first, and what is shown fills the frame whatever its size.
(() => {
  const hall = parent !== window ? parent.hall : null;
  if (hall) addEventListener("keydown", event => hall.pressed(event), true);
  // An explorer is at most 1080 x 600 (a test holds it there), with a little air; a lesson is set for a width of 1280.
  const fit = () => {
    const root = document.documentElement;
    root.style.setProperty("--fit", Math.max(0.5, Math.min(innerWidth / 1080, (innerHeight - 6) / 604)).toFixed(4));
    root.style.setProperty("--wide", Math.max(1, innerWidth / 1280).toFixed(4));
  };
  addEventListener("resize", fit);
  fit();
})();
