// The keys: one table, from which they work and are explained.
import { actions, desk } from "./desk.js";

const SEQUENCE_MS = 1500;

// [key, or two of them, section, what it does, action, its argument]
export const KEYS = [
  ["j", "List", "Next pull", "move", 1],
  ["k", "List", "Previous pull", "move", -1],
  ["Enter", "List", "Open", "open"],
  ["o", "List", "Open", "open"],
  ["O", "List", "Open on GitHub", "visit"],
  ["\\", "List", "Preview on and off", "preview"],
  ["Space", "List", "Scroll the open pull, or the list", "scroll", 1],
  ["u", "List", "Close, back to the list", "back"],
  ["x", "List", "Select", "select"],
  ["y", "List", "Copy the number", "copyNumber"],
  ["Y", "List", "Copy the address", "copyAddress"],
  ["[", "Views", "Previous channel", "turnChannel", -1],
  ["]", "Views", "Next channel", "turnChannel", 1],
  ["/", "Views", "Search", "search"],
  ["g i", "Views", "All pull requests", "channel", "all"],
  ["g p", "Views", "Pending", "channel", "pending"],
  ["g v", "Views", "Approved", "channel", "approved"],
  ["g r", "Views", "Changes requested", "channel", "changes_requested"],
  ["g c", "Views", "Closed", "channel", "closed"],
  ["g m", "Views", "Merged", "channel", "merged"],
  ["g h", "Everywhere", "Sync health", "health"],
  [".", "Everywhere", "Sync now", "sync"],
  ["?", "Everywhere", "These keys", "help"],
];
const TYPING = "input:not([type=checkbox]), textarea, select, [contenteditable]";
const FLOATING = "dialog[open], .q-menu, :popover-open:not(.rf-rail)"; // keys are theirs
const SCROLLING = { " ": 1, PageDown: 1, PageUp: -1, End: 1000, Home: -1000 };
const PRESSED = "a, button, summary, [role=menuitem]"; // Enter is theirs
let first = "", waiting; // of a sequence

export function press(event) {
  const { key, target } = event;
  if ((event.ctrlKey || event.metaKey) && !event.altKey && key.toLowerCase() === "k") return run(event, "palette");
  if (key === "?" && document.querySelector(".rf-keys[open]")) return run(event, "help");
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector(FLOATING)) return;
  if (key in SCROLLING && !target.closest(`${TYPING}, button, summary, .rf-preview .scroll`)) return run(event, "scroll", event.shiftKey ? -1 : SCROLLING[key]);
  if (key === "Escape" && !event.defaultPrevented) return escape(target);
  if (!desk.singleKeys || target.closest(TYPING)) return;
  if (key === "Enter" && (target.closest(PRESSED) || desk.cursor === null)) return;
  const found = KEYS.find(([keys]) => keys === (first ? `${first} ${key}` : key));
  first = "";
  if (found) return run(event, found[3], found[4]);
  if (key === "g") {
    first = key;
    clearTimeout(waiting);
    waiting = setTimeout(() => (first = ""), SEQUENCE_MS);
  }
}

function run(event, action, argument) {
  event.preventDefault();
  actions[action]?.(argument);
}

function escape(target) {
  if (target.closest(TYPING)) target.blur();
  else actions.back?.();
}
