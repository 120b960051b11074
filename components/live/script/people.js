// Somebody with their picture: the first letter until it is there, and a badge for their verdict.
import { h } from "vue";
import { PREFIX } from "./prefix.js";

const PICTURES = `${PREFIX}/dashboard/avatars/`;
const hue = (login) => [...login].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 8, 0);
const show = (event) => (event.target.className = "is-shown");

// verdict → class, badge, words
export const VERDICTS = {
  approved: ["is-approved", "v-check", "approved"], stale: ["is-stale", "v-check", "approved an older commit"],
  changes: ["is-changes", "v-minus", "requested changes"], commented: ["is-comment", "v-dot", "commented"],
  asked: ["is-asked", "v-ask", "review requested"],
};

// person: [login, is a bot, number of the picture]; a function, as a list draws two hundred of them at a keystroke
export function Person({ person: [login, isBot, picture], verdict }) {
  const badge = VERDICTS[verdict], words = badge ? `${login}, ${badge[2]}` : login;
  return h("span", { class: ["rf-av", `tone-${hue(login)}`, isBot && "is-bot"], role: "img", "aria-label": words, title: words }, [
    login.slice(0, 1),
    picture && h("img", { key: picture, src: PICTURES + picture, alt: "", loading: "lazy", width: 20, height: 20, onLoad: show }),
    badge && h("b", { class: badge[0] }, h("svg", { viewBox: "0 0 8 8" }, h("use", { href: `#${badge[1]}` }))),
  ]);
}
Person.props = ["person", "verdict"];
