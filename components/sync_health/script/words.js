// What the numbers mean, in words: what is wrong and what to do, the pills, the tiles.
import { number } from "reviewflow-live/text.js";
import { age, every, took } from "reviewflow-live/time.js";

export const seconds = (moment) => (moment === null ? null : Date.parse(moment) / 1000);
export const counted = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;
export const clockTime = (at) => new Date(at * 1000).toLocaleTimeString([], { timeStyle: "short" });
const CLOCKS_DIFFER_S = 5;
export const CONNECT = "Connect GitHub"; // the page, as what to do about something names it
const MOST = 4; // of what is wrong, above the table, which has all

// state → word, icon, class; in the order of the table
export const STATES = {
  trouble: ["Trouble", "alert", "is-closed"], waiting: ["Waiting", "clock", "is-pending"], "first read": ["First read", "running", "is-info"],
  quiet: ["Quiet", "alert", "is-pending"], current: ["Current", "check-circle", "is-open"],
};
const ORDER = Object.keys(STATES);

export const stateOf = ({ state, is_quiet }) => (state === "current" && is_quiet ? "quiet" : state);

export function sorted(repositories) {
  return [...repositories].sort((a, b) => ORDER.indexOf(stateOf(a)) - ORDER.indexOf(stateOf(b))); // by name as they come
}

// [word, icon, class]
export function pills({ host, repositories, reconciliation }) {
  const count = (state) => repositories.filter((each) => stateOf(each) === state).length;
  const found = [];
  const trouble = count("trouble"), quiet = count("quiet");
  if (host.is_pretend) found.push(["A pretend team", "info", "is-merged"]);
  if (trouble) found.push([`${trouble} of ${counted(repositories.length, "repository", "repositories")} in trouble`, "alert", "is-closed"]);
  else if (host.errors.length) found.push(["Trouble", "alert", "is-closed"]);
  else if (count("first read")) found.push(["Reading for the first time", "running", "is-info"]);
  else if (!host.well_at) found.push(["Being read", "running", "is-info"]); // nothing was, since the start
  else if (count("waiting")) found.push([`${counted(count("waiting"), "repository", "repositories")} waiting`, "clock", "is-pending"]);
  else found.push(["Current", "check-circle", "is-open"]);
  if (quiet) found.push([quiet === 1 ? "1 webhook is quiet" : `${quiet} webhooks are quiet`, "alert", "is-pending"]);
  if (reconciliation.drifted?.length) found.push([`${reconciliation.drifted.length} drifted`, "alert", "is-pending"]);
  return found;
}

// { says, advice, role }
export function problems({ host, repositories, reconciliation, webhooks }) {
  const found = host.errors.slice(0, MOST).map((each) => ({ ...each, role: "is-closed" }));
  if (host.errors.length > MOST) found.push({ says: `And ${host.errors.length - MOST} more`, advice: "The table below has the reason of each", role: "is-closed" });
  const silent = repositories.filter((each) => each.is_quiet).map((each) => each.name), drifted = reconciliation.drifted ?? [];
  if (silent.length) found.push({ says: `${listed(silent)} changed, and no webhook said so`, advice: `Polling found it; look at the recent deliveries of the webhook at ${host.title}`, role: "is-pending" });
  if (webhooks?.refused) found.push({ says: `${counted(webhooks.refused, "webhook")} refused today`, advice: `If ${host.title} sent them, their secret is another than the one set here`, role: "is-pending" });
  if (drifted.length) found.push({ says: `${listed(drifted)} had drifted`, advice: "It is right again; after a label, a milestone or a person was renamed that is usual, as only a webhook tells of it", role: "is-pending" });
  if (host.interval_s > host.wanted_interval_s) found.push({ says: `It is read every ${every(host.interval_s)} instead of every ${every(host.wanted_interval_s)}, so that the allowance lasts`, advice: "A token of its own, or fewer repositories, help", role: "is-pending" });
  if (Math.abs(host.skew_s) > CLOCKS_DIFFER_S) found.push({ says: `The clock of this server is ${took(Math.abs(host.skew_s))} ${host.skew_s > 0 ? "behind" : "ahead of"} that of ${host.title}`, advice: "Ages are wrong by as much: let the server set its clock by the network", role: "is-pending" });
  return found;
}

const listed = (names) => (names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(" and "));

// { key, icon, title, value, small, below, budget }
export function tiles({ host, delay, webhooks, reconciliation }, event) {
  return [
    {
      key: "delay", icon: "pulse", title: "From event to screen", value: delay ? took(delay.p50_s) : "–", small: delay ? "median" : "",
      below: delay ? `${took(delay.p95_s)} for 95 %, last hour` : "nothing measured in the last hour",
    },
    heard(host, webhooks, event),
    left(host),
    drift(reconciliation),
  ];
}

function heard(host, webhooks, event) {
  const read = host.interval_s ? `, read every ${every(host.interval_s)}` : "";
  if (!webhooks || host.is_pretend) return { key: "event", icon: "sync", title: "Last change", value: event ? age(event) : "–", small: event ? "ago" : "", below: `no webhooks${read}` };
  const at = seconds(webhooks.last_at), { accepted, refused, failed, missed, ignored } = webhooks;
  const others = [refused && `${number(refused)} refused`, failed && `${number(failed)} failed`, missed && `${number(missed)} fetched late`, ignored && `${number(ignored)} ignored`].filter(Boolean).join(", ");
  return { key: "event", icon: "hook", title: "Last webhook", value: at ? age(at) : "–", small: at ? "ago" : "none came yet", below: `${number(accepted)} today${others || accepted ? `, ${others || "none refused"}` : ""}` };
}

function left(host) {
  const tile = { key: "left", icon: "key", title: "Requests left" };
  const [first, ...others] = [...host.budgets].sort((a, b) => (b.name === host.means) - (a.name === host.means));
  if (!first) return { ...tile, value: "–", small: "", below: host.is_pretend ? "nothing is asked for" : "not known yet" };
  const share = `ReviewFlow uses at most ${Math.round(100 * first.share)} %`;
  return { ...tile, title: `Requests left, ${first.name}`, value: number(first.remaining), small: `of ${number(first.limit)}, new at ${clockTime(seconds(first.resets_at))}`, budgets: [first, ...others], below: share };
}

function drift({ is_running, at, compared, drifted, left: out }) {
  const tile = { key: "drift", icon: "compare", title: "Drift" };
  if (at === null) return { ...tile, value: "–", small: "", below: is_running ? "comparing now" : "not compared yet" };
  const when = is_running ? "comparing now" : `compared ${age(seconds(at))} ago`;
  return { ...tile, value: number(drifted.length), small: `of ${counted(compared, "pull")}`, below: out ? `${counted(out, "repository", "repositories")} left out, ${when}` : when, role: drifted.length ? "is-pending" : "" };
}
