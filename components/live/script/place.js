// After a restart of the server NiceGUI loads the page again: the place, and words not yet sent, come along.
import { watch } from "vue";
import { live } from "./live.js";

const KEY = "rf-place";
const pane = () => document.querySelector(".rf-scroll");
// no secret among them: those would end up on the disk
const fields = () => [...document.querySelectorAll("#content :is(input:not([type]), input[type=text], input[type=url], textarea)")];
const nameOf = (field) => field?.ariaLabel || field?.id;

export function keepPlace() {
  window.addEventListener("pagehide", () => {
    const words = Object.fromEntries(fields().map((field) => [nameOf(field), field.value]));
    const place = { at: window.location.href, top: pane()?.scrollTop, words, typing: nameOf(document.activeElement) };
    sessionStorage.setItem(KEY, JSON.stringify(place));
  });
}

function takePlace() {
  const kept = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  try { return JSON.parse(kept) ?? {}; } catch { return {}; }
}

export function returnToPlace() {
  const { at, top, words, typing } = takePlace();
  const [entry] = performance.getEntriesByType("navigation");
  if (at !== window.location.href || entry?.type !== "reload") return;
  pane()?.scrollTo(0, top);
  fields().find((field) => nameOf(field) === typing)?.focus();
  const stop = watch(() => live.ready, (isReady) => { // before that the server takes nothing
    if (!isReady) return;
    queueMicrotask(() => stop());
    for (const field of fields()) type(field, words?.[nameOf(field)]);
  }, { immediate: true });
}

// as if it were typed again, unless something was typed meanwhile
function type(field, words) {
  if (typeof words !== "string" || field.value === words || field.value !== field.defaultValue) return;
  field.value = words;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
