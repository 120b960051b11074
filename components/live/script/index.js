// What this page knows of the board: one subscription, shared by every element that shows some of it.
import { nextTick, reactive } from "vue";
import { keepPlace, returnToPlace } from "./place.js";
import { Subscription } from "./subscription.js";
import { announce, toast } from "./toasts.js";
export { age, exact } from "./time.js";
export { desk } from "./desk.js";

export const live = reactive({
  view: null, epoch: null, version: -1, loaded: false, // which state of which view this is
  rows: {}, order: [], count: 0, groups: {}, totals: {}, sync: {}, // the state itself
  online: true, offlineSince: null, now: Date.now() / 1000, // seconds, by the server's clock
});
export const opened = reactive({ view: null, epoch: null, version: -1, loaded: false, rows: {}, pull: null });
const slots = { list: new Subscription(live, announce), pull: new Subscription(opened) };
let ahead = 0; // seconds that the server's clock is ahead of ours

export async function start(view) {
  if (live.view !== null) return;
  keepPlace();
  live.view = view;
  slots.list.load(view).then(nextTick).then(() => live.loaded && returnToPlace()); // while the socket is being opened
  setInterval(() => (live.now = Date.now() / 1000 + ahead), 1000);
  while (!window.socket) await new Promise((resolve) => setTimeout(resolve)); // NiceGUI opens it after this
  window.socket.io.reconnectionDelayMax(1000); // stock waits up to 5 s, too long after a restart
  window.socket.on("live", receive);
  window.socket.on("connect", connected);
  window.socket.on("disconnect", () => Object.assign(live, { online: false, offlineSince: new Date() }));
  if (window.socket.connected) connected();
  // a connection that is dead by now would notice only after half a minute; whatever is alive comes back at once
  for (const event of ["offline", "online"]) window.addEventListener(event, () => window.socket.io.engine.close());
}

function connected() {
  Object.assign(live, { online: true, offlineSince: null });
  console.info("WebSocket connected - Live sync enabled");
  toast({ key: "connection", role: "is-open", icon: "check-circle", title: "Live sync enabled" });
}

function receive(message) {
  if (message.now) ahead = message.now - Date.now() / 1000;
  if (message.hello) return slots[message.slot].receive(message);
  Object.values(slots).find((slot) => slot.concerns(message))?.receive(message);
}

export const closePull = () => slots.pull.drop();

// nothing was ever read: 0 would be a lie
export const unread = () => !live.totals.all && (!live.loaded || live.sync.state === "starting" || Boolean(live.sync.error));
