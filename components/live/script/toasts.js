// Short notices in a corner: at most three; the same pull replaces its own; many become one.
import { reactive } from "vue";
import { actions, isOpen } from "./desk.js";
import { live } from "./live.js";
import { STATUSES } from "./status.js";

const MOST = 3;
const STAYS_MS = 6000;
const SAID_STAYS_MS = 30000; // a sentence of somebody's wants to be read by whoever was elsewhere
export const toasts = reactive([]);
let spoken = 0; // how often somebody said something to all
let gathered = 0; // how many updates the toast for many stands for

// { key, role, icon, title, text, run, label, stays }: run is what its button, called label, does
export function toast(given) {
  dismiss(given.key);
  const shown = { ...given, timer: null };
  toasts.push(shown);
  while (toasts.length > MOST) dismiss(tooMuch(shown).key);
  resume(given.key);
}

// news makes way first, also when it is what came last
function tooMuch(last) {
  return toasts.find((each) => each !== last && !each.stays) ?? (last.stays ? toasts[0] : last);
}

export function dismiss(key) {
  const place = toasts.findIndex((each) => each.key === key);
  if (place < 0) return;
  pause(key);
  toasts.splice(place, 1);
  if (key === "updates") gathered = 0;
}

// under the pointer, or with the focus, a toast stays
export function pause(key) { clearTimeout(toasts.find((each) => each.key === key)?.timer); }
export function resume(key) {
  pause(key);
  const shown = toasts.find((each) => each.key === key);
  if (shown) shown.timer = setTimeout(() => dismiss(key), shown.stays ?? STAYS_MS);
}

export function announce({ count, items: told, said = [] }) {
  said.forEach(({ by, text }) => toast({ key: `said-${++spoken}`, role: "is-info is-said", icon: "comment", title: `${by} to everybody`, text, stays: SAID_STAYS_MS }));
  const all = told.map((item) => ({ ...live.rows[item.key], ...item })); // of a row in view only the key is told
  const items = all.filter((item) => !isOpen(item)); // what is open shows it
  count -= all.length - items.length;
  if (!count || !actions.open) return; // on a page without pulls they would only be in the way
  const before = toasts.filter((each) => each.pull && !items.some((item) => item.key === each.pull));
  if (!gathered && before.length + count <= MOST) return items.forEach(announceOne);
  const total = (gathered || before.length) + count;
  toasts.filter((each) => each.pull).forEach((each) => dismiss(each.key));
  toast({ key: "updates", role: "is-info", icon: "info", title: `${total} updates`, run: actions.showNew, label: "Show" });
  gathered = total;
}

function announceOne({ key, is_new, repository, number, title, status }) {
  const text = `${repository.split("/")[1]} #${number} · ${title}${is_new ? "" : ` · ${STATUSES[status][0]}`}`;
  const run = actions.open && (() => actions.open({ repository, number }));
  toast({ key: `pull-${key}`, pull: key, role: "is-info", icon: "info", title: "New update available", text, run, label: "Open" });
}
