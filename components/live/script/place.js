// After a restart of the server NiceGUI loads the page again: the place, and words not yet sent, come along.
import { nextTick, watch } from "vue";
import { live } from "./live.js";

const KEY = "rf-place";
const before = lastPlace();
let isBack = !before.at;
const drafts = {}; // name → what gives the draft
const pane = () => document.querySelector(".rf-scroll");
// no secret among them: those would end up on the disk
const fields = () => [...document.querySelectorAll("#content :is(input:not([type]), input[type=text], input[type=url], textarea)")];
const nameOf = (field) => field?.ariaLabel || field?.id;
const mapped = (pairs) => Object.fromEntries(pairs);

function lastPlace() {
  const kept = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  const [entry] = performance.getEntriesByType("navigation");
  try {
    const place = JSON.parse(kept);
    if (entry?.type === "reload" && place.at === window.location.href) return place;
  } catch { /* nobody was here before */ }
  return { words: {}, drafts: {} };
}

// what an element has typed that is more than the words of one field: gives what it was before
export function keepDraft(name, draft) {
  drafts[name] = draft;
  return before.drafts[name];
}

export function keepPlace() {
  window.addEventListener("pagehide", () => {
    sessionStorage.setItem(KEY, JSON.stringify(isBack ? place() : before)); // it may be loaded twice in a row
  });
  when(() => live.loaded, returnToPlace);
  when(() => live.ready, typeAgain); // before that the server takes nothing
}

function place() {
  return {
    at: window.location.href,
    top: pane()?.scrollTop,
    typing: nameOf(document.activeElement),
    words: mapped(fields().map((field) => [nameOf(field), field.value])),
    drafts: mapped(Object.entries(drafts).map(([name, draft]) => [name, draft()])),
  };
}

function when(condition, act) {
  const stop = watch(condition, (isSo) => {
    if (!isSo) return;
    stop();
    nextTick(act); // once it is drawn
  });
}

function returnToPlace() {
  if (isBack) return;
  isBack = true;
  pane()?.scrollTo(0, before.top);
  fields().find((field) => nameOf(field) === before.typing)?.focus();
}

function typeAgain() {
  for (const field of fields()) if (!(nameOf(field) in drafts)) type(field, before.words[nameOf(field)]);
}

// as if it were typed again, unless something was typed meanwhile
function type(field, words) {
  if (typeof words !== "string" || field.value === words || field.value !== field.defaultValue) return;
  field.value = words;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
