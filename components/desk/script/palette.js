// Ctrl K: channels, commands, and pulls by number or words.
import { live } from "reviewflow-live";
import { actions } from "reviewflow-live/desk.js";
import { PREFIX } from "reviewflow-live/prefix.js";
import { STATUSES } from "reviewflow-live/status.js";
import { number, shown } from "reviewflow-live/text.js";

const PULLS = 8;

export const Palette = {
  props: { channels: Array },
  emits: ["help"],
  template: `
    <dialog ref="dialog" class="rf-palette" aria-label="Search or jump to" @click.self="close" @close="words = ''">
      <div class="in"><svg class="i rf-3" aria-hidden="true"><use href="#i-search"/></svg>
        <input ref="input" v-model="words" type="text" role="combobox" aria-label="Search or jump to" aria-expanded="true" aria-controls="palette-list" :aria-activedescendant="flat.length ? 'palette-' + active : null"
               placeholder="A channel, a command, a pull request by number or words" autocomplete="off" spellcheck="false" maxlength="200" @input="search" @keydown="press"><kbd aria-hidden="true">esc</kbd></div>
      <div id="palette-list" role="listbox" aria-label="Results" class="rf-palette-list">
        <template v-for="[title, items] in sections" :key="title"><div v-if="items.length" role="group" :aria-label="title"><h3 aria-hidden="true">{{ title }}</h3>
          <div v-for="item in items" :id="'palette-' + flat.indexOf(item)" :key="item.key" role="option" :aria-selected="flat.indexOf(item) === active" :class="['rf-palette-item', item.role]"
               @pointermove="active = flat.indexOf(item)" @click="run(item)"><svg class="i" aria-hidden="true"><use :href="'#i-' + item.icon"/></svg><span class="rf-cut"><bdi>{{ item.title }}</bdi></span><span class="end">{{ item.hint }}<kbd v-for="key in item.keys" :key="key">{{ key }}</kbd></span></div></div></template>
        <p v-if="!flat.length" class="rf-3 rf-palette-none">Nothing is called that</p>
      </div>
      <footer aria-hidden="true"><span><kbd>↑</kbd><kbd>↓</kbd> choose</span><span><kbd>↵</kbd> open</span></footer>
    </dialog>`,
  data: () => ({ words: "", active: 0, found: { words: "", pulls: [] } }),
  computed: {
    commands() {
      return [
        { key: "sync", title: "Sync now", icon: "sync", keys: ["."], run: () => actions.sync() },
        { key: "health", title: "Sync health", icon: "pulse", keys: ["g", "h"], run: () => actions.health() },
        { key: "density", title: "Change the density of the list", icon: "rows", run: () => actions.density() },
        { key: "help", title: "Show the keys", icon: "info", keys: ["?"], run: () => this.$emit("help") },
        { key: "connect", title: "Connect GitHub", icon: "key", run: () => { window.location.href = `${PREFIX}/dashboard/connect`; } },
      ];
    },
    sections() {
      const like = ({ title }) => title.toLowerCase().includes(this.words.trim().toLowerCase());
      const channels = this.channels.map(({ key, title, icon, role }) => ({ key, title, icon, role, hint: number(live.totals[key] ?? 0), run: () => actions.channel(key) }));
      return [["Pull requests", this.asked && this.asked === this.found.words ? this.found.pulls : []], ["Channels", channels.filter(like)], ["Commands", this.commands.filter(like)]];
    },
    asked() { return this.words.trim(); },
    flat() { return this.sections.flatMap(([, items]) => items); },
  },
  methods: {
    show() {
      if (this.$refs.dialog.open) return this.close();
      this.active = 0;
      this.$refs.dialog.showModal();
      this.$refs.input.focus();
    },
    close() { this.$refs.dialog.close(); },
    async search() {
      this.active = 0;
      const words = this.asked;
      if (!words) return;
      const query = new URLSearchParams({ q: /^\d+$/.test(words) ? `#${words}` : words, limit: PULLS });
      const answer = await fetch(`${PREFIX}/dashboard/api/pulls?${query}`).then((response) => (response.ok ? response.json() : null)).catch(() => null);
      if (answer && words === this.asked) this.found = { words, pulls: answer.items.map(this.item) };
    },
    item({ id, repository, number, title, status }) {
      const [, icon, role] = STATUSES[status];
      const run = () => (actions.open ? actions.open({ repository, number }) : (window.location.href = `${PREFIX}/dashboard/pulls/${repository}/${number}`));
      return { key: id, title: shown(title), icon, role, hint: `${repository.split("/")[1]} #${number}`, run };
    },
    async press(event) {
      const { key } = event;
      if (key === "ArrowDown" || key === "ArrowUp") {
        event.preventDefault();
        this.active = (this.active + (key === "ArrowDown" ? 1 : -1) + this.flat.length) % (this.flat.length || 1);
        this.$nextTick(() => document.getElementById(`palette-${this.active}`)?.scrollIntoView({ block: "nearest" }));
      } else if (key === "Enter") {
        event.preventDefault();
        if (this.asked !== this.found.words) await this.search(); // else it would be an answer to something else
        if (this.flat[this.active]) this.run(this.flat[this.active]);
      }
    },
    run(item) { this.close(); item.run(); },
  },
};
