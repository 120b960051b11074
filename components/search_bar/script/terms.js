import { PREFIX } from "reviewflow-live/prefix.js";

// The text of a search, taken apart for the eye only: what it means is the server's business.
const TERM = /(?:"[^"]*(?:"|$)|[^\s"])+/g;

export const isFilter = (term, operators) => operators.includes(/^-?([a-z-]+):./i.exec(term)?.[1].toLowerCase());

// text → filters, and the free rest; while somebody types, the last term is still theirs
export function split(text, operators, isTyping = false) {
  const last = isTyping ? lastTerm(text) : "";
  const done = text.slice(0, text.length - last.length), terms = done.match(TERM) ?? [];
  const chips = terms.filter((term) => isFilter(term, operators));
  if (isTyping && !chips.length) return { chips, free: text };
  const words = terms.filter((term) => !isFilter(term, operators)).join(" ");
  return { chips, free: isTyping && words ? `${words} ${last}` : words + last };
}

export const join = (chips, free) => [...chips, free.trim()].join(" ").trim();

export const terms = (text) => text.match(TERM) ?? [];

// the term that ends where the text ends: it is being typed
export function lastTerm(text) {
  const last = [...text.matchAll(TERM)].at(-1);
  return last && last.index + last[0].length === text.length ? last[0] : "";
}

export const replaceLast = (text, term) => text.slice(0, text.length - lastTerm(text).length) + term;

let asked = 0;

// what could stand in place of a term; nothing when a later question was asked meanwhile
export async function suggestions(term) {
  const mine = ++asked;
  try {
    const response = await fetch(`${PREFIX}/dashboard/api/suggestions?term=${encodeURIComponent(term)}`);
    const { items } = await response.json();
    return mine === asked ? items : null;
  } catch {
    return null; // offline: the bar says so
  }
}
