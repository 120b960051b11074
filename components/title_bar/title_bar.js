import { desk, live, opened, unread } from "reviewflow-live";
import { openRow, setDensity } from "reviewflow-live/desk.js";
import { number } from "reviewflow-live/text.js";

const DENSITIES = [["comfortable", "rows2", "Comfortable"], ["compact", "rows", "Compact"]];

export default {
  props: { title: String },
  template: `
    <div class="rf-title">
      <h1>{{ title }}</h1>
      <div class="end not-phone">
        <div class="rf-seg" role="group" aria-label="Density">
          <button v-for="[key, icon, word] in densities" :key="key" :aria-pressed="desk.density === key" :aria-label="word" :title="word" @click="setDensity(key)">
            <svg class="i i-14" aria-hidden="true"><use :href="'#i-' + icon"/></svg></button>
        </div>
      </div>
      <span class="sr" role="status">{{ found }}</span>
    </div>`,
  data: () => ({ desk, live, densities: DENSITIES, found: "" }),
  computed: {
    count() { return unread() || !live.loaded ? null : live.count; },
    pull() { return desk.open && (opened.pull ?? openRow()); },
    tab() {
      const what = this.pull ? `#${this.pull.number} ${this.pull.title} · ${this.pull.repository.split("/")[1]}` : this.title;
      return `${this.count ? `(${number(this.count)}) ` : ""}${what} · ReviewFlow`;
    },
  },
  watch: {
    tab: { immediate: true, handler(tab) { document.title = tab; } },
    count: { immediate: true, handler(count) { // once it rests: drawing needs styles, which costs a layout
      clearTimeout(this.drawing);
      this.drawing = setTimeout(drawFavicon, 300, count);
    } },
    "live.view"() { // another list, asked for by this person: say how long it is; what happens by itself is no interruption
      clearTimeout(this.saying);
      this.saying = setTimeout(() => (this.found = `${number(live.count)} pull requests`), 500);
    },
  },
  methods: { setDensity },
};

let drawn; // the count that the icon shows

async function drawFavicon(count) {
  const icon = document.querySelector("link[rel~=icon]");
  if (!icon || drawn === count) return;
  drawn = count;
  const picture = new Image();
  picture.src = icon.dataset.plain ??= icon.href;
  const isThere = await picture.decode().then(() => true, () => false);
  if (!isThere || drawn !== count) return;
  const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 64 });
  const pen = canvas.getContext("2d");
  pen.drawImage(picture, 0, 0, 64, 64);
  if (count) {
    const text = count > 99 ? "99+" : String(count), style = getComputedStyle(document.body);
    const width = 14 + 13 * text.length;
    pen.fillStyle = style.getPropertyValue("--rf-badge");
    pen.beginPath();
    pen.roundRect(64 - width, 30, width, 34, 17);
    pen.fill();
    pen.fillStyle = style.getPropertyValue("--rf-on-accent");
    pen.font = `600 26px ${style.fontFamily}`;
    pen.textAlign = "center";
    pen.fillText(text, 64 - width / 2, 57);
  }
  icon.href = canvas.toDataURL();
}
