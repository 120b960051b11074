// After a restart of the server NiceGUI loads the page again: the place, and words not yet sent, come along.
const KEY = "rf-place";
const pane = () => document.querySelector(".rf-scroll");
const field = () => document.querySelector(".rf-query-input");

export function keepPlace() {
  window.addEventListener("pagehide", () => {
    const place = { at: window.location.href, top: pane()?.scrollTop, words: field()?.value };
    sessionStorage.setItem(KEY, JSON.stringify({ ...place, typing: document.activeElement === field() }));
  });
}

function takePlace() {
  const kept = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  try { return JSON.parse(kept) ?? {}; } catch { return {}; }
}

export function returnToPlace() {
  const place = takePlace();
  const [entry] = performance.getEntriesByType("navigation");
  if (place.at !== window.location.href || entry?.type !== "reload") return;
  pane()?.scrollTo(0, place.top);
  if (place.typing) field()?.focus();
  if (!field() || typeof place.words !== "string" || field().value === place.words) return;
  field().value = place.words;
  field().dispatchEvent(new Event("input", { bubbles: true })); // as if it were typed again
}
