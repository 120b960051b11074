// Filters as chips, free words behind them, and what could come next; the server says what it all means.
import { live, unread } from "reviewflow-live";
import { actions, offer } from "reviewflow-live/desk.js";
import { keepDraft } from "reviewflow-live/place.js";
import { number, shown } from "reviewflow-live/text.js";
import { Facets } from "reviewflow-search/facets.js";
import { isFilter, join, lastTerm, replaceLast, split, suggestions } from "reviewflow-search/terms.js";

const PAUSE_MS = 40; // between two searches while somebody types

export default {
  components: { Facets },
  props: { given: Object, operators: Array, problems: Array, group: String, groups: Array, sort: String, sorts: Array, max: Number },
  emits: ["search", "group"],
  template: `
    <div class="rf-filter" role="search">
      <div class="rf-query" @click.self="$refs.input.focus()">
        <svg class="i" aria-hidden="true"><use href="#i-search"/></svg>
        <span v-for="(chip, place) in chips" :key="place" :class="['rf-op', chip.startsWith('-') && 'is-not', problem(chip) && 'is-bad']" :title="problem(chip)">
          <span class="rf-op-text"><i>{{ head(chip) }}</i><bdi>{{ shown(chip.slice(head(chip).length)) }}</bdi></span>
          <button :aria-label="'Remove ' + chip" @click="remove(place)"><svg class="i i-12" aria-hidden="true"><use href="#i-x"/></svg></button></span>
        <input ref="input" v-model="free" class="rf-query-input" type="text" role="combobox" aria-label="Search" aria-autocomplete="list" aria-controls="suggestions"
               :aria-expanded="open" :aria-activedescendant="open && active >= 0 ? 'suggestion-' + active : null" autocomplete="off" autocapitalize="off" spellcheck="false"
               enterkeyhint="search" :maxlength="max" :placeholder="chips.length ? 'Add a filter: author, label, review, checks…' : 'Search, or filter: author, label, review, checks…'"
               @input="typed" @keydown="press" @focus="suggest" @blur="leave">
        <button v-if="text" class="rf-btn is-quiet is-icon rf-query-clear" aria-label="Clear the search" @click="clear"><svg class="i" aria-hidden="true"><use href="#i-x"/></svg></button>
        <kbd v-else class="not-phone" aria-hidden="true">/</kbd>
        <ul v-show="open" id="suggestions" ref="list" tabindex="-1" class="rf-suggestions" role="listbox" aria-label="Suggestions">
          <li v-for="(item, place) in items" :id="'suggestion-' + place" :key="item.text" role="option" :aria-selected="place === active"
              @pointerdown.prevent @click="take(item)"><b>{{ item.label }}</b><span>{{ item.hint }}</span><span v-if="item.count !== null" class="end rf-num">{{ number(item.count) }}</span></li>
        </ul>
      </div>
      <p v-for="[term, sentence] in problems" :key="term" class="rf-error" role="alert"><svg class="i i-14" aria-hidden="true"><use href="#i-alert"/></svg>{{ sentence }}</p>
      <Facets :text="text" :group="group" :groups="groups" :sort="sort" :sorts="sorts" :total="total" :count="live.count" :is-online="live.online" @change="replace" @group="(key) => $emit('group', key)"/>
    </div>`,
  data() { return { live, chips: [], free: "", items: [], active: -1, isOffering: false, sent: "" }; },
  computed: {
    text() { return join(this.chips, this.free); },
    open() { return this.isOffering && this.items.length > 0; },
    total() { return unread() || !live.loaded ? null : live.totals.all; },
  },
  watch: {
    "live.greeted"(times) { if (times > 1) this.sent = null; this.search(); }, // what was typed before, or sent to nobody
    "given.turn": { immediate: true, handler() { this.show((this.sent = this.given.text)); } }, // back, forward, "show all"
  },
  mounted() {
    this.takeBack = offer({ search: this.enter });
    const draft = keepDraft("Search", () => this.text);
    if (typeof draft === "string") this.show(draft); // it is sent once the server greets the page
  },
  unmounted() {
    this.takeBack();
    clearTimeout(this.wait);
  },
  methods: {
    number, shown,
    head: (chip) => chip.slice(0, chip.indexOf(":") + 1),
    problem(chip) { return this.problems.find(([term]) => term === chip)?.[1]; },
    show(text) { ({ chips: this.chips, free: this.free } = split(text, this.operators)); },
    replace(text) { this.show(text); this.search(true); },
    clear() { this.replace(""); this.focusQuietly(); },
    remove(place) { this.chips.splice(place, 1); this.search(true); this.focusQuietly(); },
    focusQuietly() { this.$refs.input.focus(); this.isOffering = false; },
    typed() {
      const { chips, free } = split(this.free, this.operators, true);
      if (chips.length) { this.chips.push(...chips); this.free = free; }
      this.search();
      this.suggest();
    },
    search(isStep = false) { // at once, then at most every PAUSE_MS, and always with what was typed last; a step is to go back to
      if (this.wait || !live.ready || this.text === this.sent) return;
      this.$emit("search", (this.sent = this.text), isStep);
      this.wait = setTimeout(() => { this.wait = null; this.search(); }, PAUSE_MS);
    },
    enter() { this.$refs.input.focus(); this.$refs.input.select(); },
    async suggest() { // between two terms only when asked to, by the arrow
      this.isOffering = !this.text || lastTerm(this.free) !== "";
      this.active = -1;
      if (this.isOffering) await this.ask();
    },
    async ask() {
      this.isOffering = true;
      const items = await suggestions(lastTerm(this.free));
      if (items && this.isOffering) this.items = items;
    },
    leave() {
      this.isOffering = false;
      if (isFilter(this.free.trim(), this.operators)) this.show(this.text);
    },
    take({ text }) {
      this.free = replaceLast(this.free, text + (text.endsWith(":") ? "" : " "));
      this.typed();
      this.$refs.input.focus();
    },
    press(event) {
      const { key } = event;
      if (key === "Escape" && this.open) { event.preventDefault(); this.isOffering = false; }
      else if (key === "Backspace" && !this.free && this.chips.length) { event.preventDefault(); this.free = this.chips.pop(); this.search(); this.suggest(); }
      else if (["ArrowDown", "ArrowUp"].includes(key)) {
        event.preventDefault();
        if (!this.isOffering) return this.ask();
        if (!this.items.length) return;
        const step = key === "ArrowDown" ? 1 : -1;
        this.$nextTick(() => this.$refs.list.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" }));
        this.active = (this.active + step + this.items.length + (this.active < 0 && step < 0 ? 1 : 0)) % this.items.length;
      } else if (["Enter", "Tab"].includes(key) && this.open && this.active >= 0) { event.preventDefault(); this.take(this.items[this.active]); }
      else if (key === "Enter") { this.isOffering = false; this.show(this.text); this.search(); actions.focusList?.(); }
    },
  },
};
