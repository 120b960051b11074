// How long after its event a change is on this page: of this page's own last changes, before that the server's figures.
import { reactive } from "vue";
import { live, opened } from "./live.js";
import { exact, serverNow, took } from "./time.js";

const KEPT = 50;
const ENOUGH = 5; // of fewer, 95 % say nothing
const A_SECOND = 1; // events say the whole one that they happened in
const own = reactive([]); // { delay, at }
let since = Infinity; // of what happened before, this page could not know

// all is as the server has it
export function begin() { since = serverNow(); }

export function clockIn({ rows = [], toasts }) {
  const isNew = (key) => toasts?.items.some((item) => item.key === key && item.is_new); // others come from the next page
  for (const { key, updated } of rows) note(updated, live.rows[key]?.updated ?? (isNew(key) ? 0 : Infinity));
}

export function clockInPull({ pull }) {
  if (pull && pull.key === opened.pull?.key && !(pull.key in live.rows)) note(pull.updated, opened.pull.updated);
}

function note(updated, known) {
  const skew = live.delay.skew ?? 0, at = serverNow();
  if (!live.ready || !(updated > known) || updated + A_SECOND < since + skew) return;
  own.push({ delay: Math.max(0, at + skew - updated - A_SECOND / 2), at });
  if (own.length > KEPT) own.shift();
}

// null while nothing is known
export function figures(host) {
  if (own.length >= ENOUGH) {
    const delays = own.map(({ delay }) => delay).sort((a, b) => a - b), at = (share) => took(delays[Math.min(Math.floor(share * delays.length), delays.length - 1)]);
    return { p50: at(0.5), p95: at(0.95), about: `From a change at ${host} to this page: half of the last ${own.length} changes here, and 95 % of them; since ${exact(own[0].at)}` };
  }
  const { p50, p95 } = live.delay;
  if (p50 === undefined) return null;
  return { p50: took(p50), p95: took(p95), about: `From a change at ${host} to this server: half of the changes of an hour, and 95 % of them; this page measures its own after ${ENOUGH} changes` };
}
