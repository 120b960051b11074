// What this page knows of the board: one subscription, shared by every element that shows some of it.
import { nextTick, reactive } from "vue";
import { keepPlace, returnToPlace } from "./place.js";

export const live = reactive({
  view: null, epoch: null, version: -1, loaded: false, // which state of which view this is
  rows: {}, order: [], count: 0, totals: {}, sync: {}, // the state itself
  online: true, offlineSince: null, now: Date.now() / 1000, // seconds, by the server's clock
});
let loading = null; // { view, patches }: a snapshot is on its way, and what arrived meanwhile
let ahead = 0; // seconds that the server's clock is ahead of ours

export async function start(view) {
  if (live.view !== null) return;
  keepPlace();
  load((live.view = view)).then(nextTick).then(() => live.loaded && returnToPlace()); // while the socket is being opened
  setInterval(() => (live.now = Date.now() / 1000 + ahead), 1000);
  while (!window.socket) await new Promise((resolve) => setTimeout(resolve)); // NiceGUI opens it after this
  window.socket.io.reconnectionDelayMax(1000); // stock waits up to 5 s, too long after a restart
  window.socket.on("live", receive);
  window.socket.on("connect", () => Object.assign(live, { online: true, offlineSince: null }));
  window.socket.on("disconnect", () => Object.assign(live, { online: false, offlineSince: new Date() }));
  // a connection that is dead by now would notice only after half a minute; whatever is alive comes back at once
  for (const event of ["offline", "online"]) window.addEventListener(event, () => window.socket.io.engine.close());
}

function receive(message) {
  const ours = message.view === live.view && message.epoch === live.epoch;
  if (message.now) ahead = message.now - Date.now() / 1000;
  if (loading?.view === message.view) {
    loading.patches.push({ ...message, now: undefined });
  } else if (message.hello) {
    if (!ours || message.version > live.version) load(message.view);
  } else if (ours && message.version === live.version + 1) {
    apply(message);
  } else if (ours && message.version > live.version) {
    load(message.view); // we missed one
  }
}

function apply({ rows = [], view, ...rest }) {
  for (const row of rows) {
    const old = live.rows[row.key]; // a patch has only what is new of a row
    const changed = old && Object.keys(row).some((name) => JSON.stringify(row[name]) !== JSON.stringify(old[name]));
    live.rows[row.key] = { changes: 0, ...old, ...row, ...(changed && { changes: old.changes + 1 }) };
  }
  Object.assign(live, rest);
}

async function load(view) {
  const mine = (loading = { view, patches: [] });
  for (let pause = 250; loading === mine; pause = Math.min(2 * pause, 4000)) {
    try {
      const response = await fetch(`${window.path_prefix ?? ""}/dashboard/api/live/${view}`);
      if (loading !== mine) return; // the page has moved on
      if (response.status === 401) return window.location.reload(); // the gate shows the login
      if (response.status === 204) return (loading = null); // the view is gone; the next hello names another
      if (!response.ok) throw new Error(response.statusText);
      const snapshot = await response.json();
      if (loading !== mine) return;
      loading = null;
      if (view !== live.view) live.rows = {};
      apply(snapshot);
      Object.assign(live, { view, loaded: true });
      return mine.patches.forEach(receive);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

// "4 s", "42 min", "3 h", "2 d", "5 wk": how long ago a moment was, in seconds since 1970
export function age(moment, now = live.now) {
  const seconds = Math.max(0, Math.floor(now - moment));
  for (const [unit, size, limit] of [["s", 1, 60], ["min", 60, 60], ["h", 3600, 24], ["d", 86400, 14]])
    if (seconds < size * limit) return `${Math.floor(seconds / size)} ${unit}`;
  return `${Math.floor(seconds / 604800)} wk`;
}

// nothing was ever read: 0 would be a lie
export const unread = () => !live.totals.all && (!live.loaded || live.sync.state === "starting" || Boolean(live.sync.error));

export const exact = (moment) => new Date(moment * 1000).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "long" });
