// One subscription to the list of this page, and one to the pull beside it.
import { begin, clockIn, clockInPull } from "./freshness.js";
import { live, opened } from "./live.js";
import { keepPlace } from "./place.js";
import { Subscription } from "./subscription.js";
import { clock, serverNow } from "./time.js";
import { announce, toast } from "./toasts.js";
export { desk } from "./desk.js";
export { live, opened, unread } from "./live.js";
export { age, exact } from "./time.js";

const slots = { list: new Subscription(live, clockIn, announce), pull: new Subscription(opened, clockInPull) };
const PATIENCE_MS = 10000; // a proxy may leave the first connection hanging

export async function start(view) {
  if (live.view !== null) return;
  keepPlace();
  live.view = view;
  slots.list.load(view); // while the socket is being opened
  setInterval(() => (live.now = serverNow()), 1000);
  while (!window.socket) await new Promise((resolve) => setTimeout(resolve)); // NiceGUI opens it after this
  window.socket.io.reconnectionDelayMax(1000); // stock waits up to 5 s, too long after a restart
  window.socket.on("live", receive);
  window.socket.on("connect", connected);
  window.socket.on("connect_error", lost); // also of a page that never had a connection
  window.socket.on("disconnect", lost);
  if (window.socket.connected) connected();
  else setTimeout(() => window.socket.connected || lost(), PATIENCE_MS);
  // a connection that is dead by now would notice only after half a minute; whatever is alive comes back at once
  for (const event of ["offline", "online"]) window.addEventListener(event, () => window.socket.io.engine.close());
}

function lost() {
  Object.assign(live, { ready: false, online: false, offlineSince: live.offlineSince ?? new Date() });
}

function connected() {
  Object.assign(live, { online: true, offlineSince: null });
  console.info("WebSocket connected - Live sync enabled");
  toast({ key: "connection", role: "is-open", icon: "check-circle", title: "Live sync enabled" });
}

function receive(message) {
  if (message.now) clock.ahead = message.now - Date.now() / 1000;
  if (message.hello) {
    if (!live.ready) Object.assign(live, { ready: true, greeted: live.greeted + 1 });
    begin();
    return slots[message.slot].receive(message);
  }
  Object.values(slots).find((slot) => slot.concerns(message))?.receive(message);
}

export function closePull() {
  slots.pull.drop();
  opened.pull = null;
}
