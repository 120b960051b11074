import { desk, live } from "reviewflow-live";
import { actions, offer, setDensity, setSingleKeys } from "reviewflow-live/desk.js";
import { KEYS, press } from "reviewflow-live/keys.js";
import { PREFIX } from "reviewflow-live/prefix.js";
import { dismiss, pause, resume, toast, toasts } from "reviewflow-live/toasts.js";
import { Palette } from "reviewflow-desk/palette.js";

export default {
  components: { Palette },
  props: { channels: Array },
  emits: ["sync"],
  template: `
    <div class="rf-grow">
      <button class="rf-jump" aria-label="Search or jump to" aria-haspopup="dialog" @click="$refs.palette.show()"><svg class="i" aria-hidden="true"><use href="#i-search"/></svg><span>Search or jump to…</span><kbd>{{ MOD }} K</kbd></button>
      <div class="rf-toasts" role="status">
        <div v-for="each in toasts" :key="each.key" :class="['rf-toast', each.role]" @pointerenter="pause(each.key)" @pointerleave="leave($event, each.key)" @focusin="pause(each.key)" @focusout="leave($event, each.key)">
          <svg class="i" aria-hidden="true"><use :href="'#i-' + each.icon"/></svg><b>{{ each.title }}</b>
          <button class="rf-btn is-quiet is-icon" aria-label="Close" @click="dismiss(each.key)"><svg class="i" aria-hidden="true"><use href="#i-x"/></svg></button>
          <p v-if="each.text"><bdi>{{ each.text }}</bdi></p>
          <div v-if="each.run" class="do"><button class="rf-link" @click="each.run(), dismiss(each.key)">{{ each.label }}</button></div>
        </div>
      </div>
      <Palette ref="palette" :channels="channels" @help="help"/>
      <dialog ref="keys" class="rf-dialog rf-keys" aria-label="Keys" @click.self="$refs.keys.close()">
        <form method="dialog" class="rf-line"><h2 class="rf-grow">Keys</h2><button class="rf-btn is-quiet is-icon" aria-label="Close"><svg class="i" aria-hidden="true"><use href="#i-x"/></svg></button></form>
        <div class="rf-key-sections"><section v-for="section in sections" :key="section"><h3>{{ section }}</h3>
          <dl><div v-for="[keys, , words] in KEYS.filter((each) => each[1] === section)" :key="keys"><dt>{{ words }}</dt><dd><kbd v-for="key in keys.split(' ')" :key="key">{{ key }}</kbd></dd></div>
            <div v-if="section === 'Everywhere'"><dt>Palette</dt><dd><kbd>{{ MOD }}</kbd><kbd>K</kbd></dd></div></dl></section></div>
        <label class="rf-line rf-switch"><input type="checkbox" :checked="desk.singleKeys" @change="setSingleKeys($event.target.checked)">Single keys work<span class="rf-3">Turn this off when a screen reader or dictation presses keys of its own.</span></label>
      </dialog>
    </div>`,
  data: () => ({ MOD: /Mac|iP/.test(navigator.platform) ? "⌘" : "Ctrl", desk, live, toasts, KEYS, sections: [...new Set(KEYS.map((each) => each[1]))] }),
  mounted() {
    const { help, sync, say, density, health, turnChannel } = this;
    this.takeBack = offer({ help, sync, say, density, health, turnChannel, palette: () => this.$refs.palette.show() });
    document.addEventListener("keydown", press);
  },
  unmounted() {
    this.takeBack();
    document.removeEventListener("keydown", press);
  },
  methods: {
    dismiss, pause, setSingleKeys,
    leave({ currentTarget, type }, key) { // with the pointer or the focus; the other may still be there
      if (!currentTarget.matches(type === "pointerleave" ? ":focus-within" : ":hover")) resume(key);
    },
    help() { this.$refs.keys.open ? this.$refs.keys.close() : this.$refs.keys.showModal(); },
    sync() {
      if (!live.online) return;
      this.say("Syncing …");
      this.$emit("sync");
    },
    say(text, role = "is-info") { toast({ key: "said", role, icon: role === "is-info" ? "info" : "alert", title: text }); },
    health() { window.location.href = `${PREFIX}/dashboard/sync`; },
    density() { setDensity(desk.density === "compact" ? "comfortable" : "compact"); },
    turnChannel(step) {
      const keys = this.channels.map((channel) => channel.key), at = keys.indexOf(actions.chosen?.() ?? "all");
      actions.channel(keys[(at + step + keys.length) % keys.length]);
    },
  },
};
