// What this person has before them: the row under the keys, the open pull, what is selected, how they like it.
import { reactive } from "vue";
import { live } from "./live.js";

export const desk = reactive({
  cursor: null, // key of the row under the keys
  open: null, // { repository, number } of the pull in the drawer
  place: [-1, 0], // of the row under the cursor, or of the open pull, in the whole list, and how long that is
  selected: [], // keys of rows
  density: cookie("rf_density") === "compact" ? "compact" : "comfortable",
  singleKeys: cookie("rf_keys") !== "off",
});

// what keys, palette and toasts can ask for; each element adds what it can do while it is there
export const actions = {};

export function offer(mine) {
  Object.assign(actions, mine);
  return () => { for (const name in mine) if (actions[name] === mine[name]) delete actions[name]; };
}

export const isOpen = ({ repository, number }) => desk.open?.number === number && desk.open.repository.toLowerCase() === repository.toLowerCase();

// the row of the open pull, while it is in view
export const openRow = () => (desk.open ? Object.values(live.rows).find(isOpen) : null);

function prefer(name, value) {
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
