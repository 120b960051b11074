// What this person has before them: the row under the keys, the open pull, what is selected, how they like it.
import { reactive } from "vue";

export const desk = reactive({
  cursor: null, // key of a row
  open: null, // { key, repository, number } of the pull in the drawer
  selected: [], // keys of rows
  density: cookie("rf_density") === "compact" ? "compact" : "comfortable",
  singleKeys: cookie("rf_keys") !== "off",
  dialog: null, // "palette" or "keys"
});

// what keys, palette and toasts can ask for; each element adds what it can do
export const actions = {};

export function prefer(name, value) {
  document.cookie = `rf_${name}=${value}; path=/; max-age=31536000; samesite=lax`;
}

export function setDensity(density) {
  desk.density = document.body.dataset.density = density;
  prefer("density", density);
}

export function setSingleKeys(on) {
  desk.singleKeys = on;
  prefer("keys", on ? "on" : "off");
}

function cookie(name) {
  return document.cookie.split("; ").find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1);
}

document.body.dataset.density = desk.density;
