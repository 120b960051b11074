import { live } from "./live.js";

export const clock = { ahead: 0 }; // seconds that the server's is ahead of ours
export const serverNow = () => Date.now() / 1000 + clock.ahead;

// "4 s", "42 min", "3 h", "2 d", "5 wk": how long ago a moment was, in seconds since 1970
export function age(moment, now = live.now) {
  const seconds = Math.max(0, Math.floor(now - moment));
  for (const [unit, size, limit] of [["s", 1, 60], ["min", 60, 60], ["h", 3600, 24], ["d", 86400, 14]])
    if (seconds < size * limit) return `${Math.floor(seconds / size)} ${unit}`;
  return `${Math.floor(seconds / 604800)} wk`;
}

// the same for what happened elsewhere: seconds say nothing there, and would be drawn again each time
export const when = (moment, now = live.now) => (now - moment < 60 ? "just now" : age(moment, now));
export const ago = (moment) => (live.now - moment < 60 ? "just now" : `${age(moment)} ago`);

// "48 s", "2 min 04 s", "1 h 05 min", "3 d 2 h": how long something took, or has taken so far
export function span(begun, ended) {
  const seconds = Math.max(0, Math.round(ended - begun)), two = (number) => String(number).padStart(2, "0");
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ${two(Math.floor(seconds / 60) % 60)} min`;
  return `${Math.floor(seconds / 86400)} d ${Math.floor(seconds / 3600) % 24} h`;
}

const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "long" }); // made once: it is slow to make
export const exact = (moment) => EXACT.format(moment * 1000);

// "0.9 s", "14 s", "3 min": how long something took
export const took = (seconds) => (seconds < 0.1 ? "under 0.1 s" : seconds < 9.95 ? `${seconds.toFixed(1)} s` : seconds < 99.5 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`);
export const every = (seconds) => (Number.isInteger(seconds) ? `${seconds} s` : took(seconds)); // of intervals: 30 s, not 30.0 s
