// Menus below the search: values to tick, how to group, how to sort. Each only writes the text of the search.
import { number } from "reviewflow-live/text.js";
import { suggestions, terms } from "./terms.js";

const FACETS = [
  ["repo", "Repository"], ["author", "Author"], ["reviewer", "Reviewer"], ["label", "Label"],
  ["review", "Review"], ["checks", "Checks"], ["size", "Size"], ["is", "State"],
];

export const Facets = {
  props: { text: String, group: String, groups: Array, sort: String, sorts: Array, total: Number, count: Number, isOnline: Boolean },
  emits: ["change", "group"],
  template: `
    <div :class="['rf-facets', isUnfolded && 'is-unfolded']">
      <button type="button" class="rf-facet rf-unfold only-phone" :aria-expanded="isUnfolded" @click="isUnfolded = !isUnfolded">Filters<svg class="i" aria-hidden="true"><use href="#i-down"/></svg></button>
      <button v-for="[key, word] in FACETS" :key="key" type="button" :class="['rf-facet', chosen(key).length && 'is-on']" :popovertarget="'facet'" :disabled="!isOnline" :aria-expanded="facet === key"
              aria-haspopup="true" :data-facet="key" @click.prevent="show($event, key)">{{ word }}<span v-if="chosen(key).length" class="rf-num">{{ chosen(key).length }}</span><svg class="i" aria-hidden="true"><use href="#i-down"/></svg></button>
      <span class="end">
        <span v-if="total !== null && count !== total">{{ number(count) }} of {{ number(total) }}</span>
        <label class="rf-pick">Group <select aria-label="Group" :disabled="!isOnline" :value="group" @change="$emit('group', $event.target.value)"><option v-for="[key, word] in groups" :key="key" :value="key">{{ word }}</option></select></label>
        <label class="rf-pick">Sort <select aria-label="Sort" :disabled="!isOnline" :value="sort" @change="sortBy($event.target.value)"><option v-for="[key, word] in sorts" :key="key" :value="key">{{ word }}</option></select></label>
      </span>
      <div ref="menu" id="facet" popover class="rf-menu rf-facet-menu" :aria-label="title" role="group" @toggle="toggled">
        <div class="rf-field find"><svg class="i rf-3" aria-hidden="true"><use href="#i-search"/></svg><input ref="find" v-model="find" type="text" :aria-label="'Find: ' + title" :placeholder="'Find: ' + title" autocomplete="off" spellcheck="false" @input="load"></div>
        <ul><li v-for="item in items" :key="item.text"><label><input type="checkbox" :checked="has(item.text)" @change="tick(item.text)"><span class="rf-grow">{{ item.label }}</span><span class="end rf-num">{{ number(item.count ?? 0) }}</span></label></li></ul>
        <p v-if="!items.length" class="rf-3">Nothing there</p>
      </div>
    </div>`,
  data: () => ({ FACETS, isUnfolded: false, facet: null, find: "", items: [] }),
  computed: { title() { return FACETS.find(([key]) => key === this.facet)?.[1] ?? ""; } },
  methods: {
    number,
    chosen(key) { return terms(this.text).filter((term) => term.toLowerCase().startsWith(`${key}:`)); },
    has(text) { return terms(this.text).some((term) => term.toLowerCase() === text.toLowerCase()); },
    tick(text) {
      const others = terms(this.text).filter((term) => term.toLowerCase() !== text.toLowerCase());
      this.$emit("change", (this.has(text) ? others : [text, ...others]).join(" "));
    },
    sortBy(key) {
      const others = terms(this.text).filter((term) => !/^sort:/i.test(term));
      this.$emit("change", (key === this.sorts[0][0] ? others : [`sort:${key}`, ...others]).join(" "));
    },
    async show({ currentTarget: button }, key) {
      this.button = button;
      const { menu, find } = this.$refs;
      if (this.facet === key) return menu.hidePopover();
      Object.assign(this, { facet: key, find: "", items: [] });
      await this.load();
      const { left, bottom } = button.getBoundingClientRect();
      Object.assign(menu.style, { left: `${Math.min(left, window.innerWidth - 264)}px`, top: `${bottom + 4}px` });
      menu.showPopover(); // where it is open already, it only moves
      find.focus();
    },
    async load() { this.items = (await suggestions(`${this.facet}:${this.find}`)) ?? this.items; },
    toggled({ newState }) {
      if (newState !== "closed") return;
      this.facet = null;
      if (document.activeElement === document.body) this.button?.focus(); // Escape: what had the focus is gone
    },
  },
};
