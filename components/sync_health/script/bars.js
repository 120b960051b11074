// One bar a minute of the last hour; a minute in which nothing happened is a gap.
import { clockTime, counted, seconds } from "./words.js";
import { took } from "reviewflow-live/time.js";

const MINUTES = 60;
const HIGHEST_PX = 68;
const LOWEST_PX = 4;
const SCALE_S = 8; // what fills it at least: quick ones stay low
const SLACK_S = 15;

// by the root, so that the usual ones differ although one is slow
// { at, height, isSlow, title } of each minute
export function bars(minutes, minute, slow) {
  const of = new Map(minutes.map((each) => [seconds(each.at) / 60, each]));
  const most = Math.max(SCALE_S, ...minutes.map((each) => each.p50_s));
  return Array.from({ length: MINUTES }, (_, place) => {
    const at = minute - MINUTES + 1 + place, found = of.get(at);
    if (!found) return { at };
    const height = Math.max(LOWEST_PX, Math.round(HIGHEST_PX * Math.sqrt(found.p50_s / most)));
    return { at, height, isSlow: found.p50_s > slow, p50: found.p50_s, title: `${clockTime(at * 60)}: ${took(found.p50_s)}, ${counted(found.events, "change")}` };
  });
}

// by polling alone a change may wait for a whole interval
export const slowFrom = ({ interval_s }) => interval_s + SLACK_S;

export function slowest(shown) {
  return shown.filter((bar) => bar.isSlow).sort((a, b) => b.p50 - a.p50)[0] ?? null;
}

export function sentence(shown, delay) {
  const busy = shown.filter((bar) => bar.height), most = [...busy].sort((a, b) => b.p50 - a.p50)[0];
  if (!busy.length || !delay) return "Nothing measured in the last hour";
  return `${counted(delay.events, "change")} in ${counted(busy.length, "minute")} of the last hour: half of them here within ${took(delay.p50_s)}; the slowest minute was ${clockTime(most.at * 60)} with ${took(most.p50)}`;
}
