export default {
  props: { address: String, picture: String },
  template: `
    <dialog ref="dialog" class="rf-dialog rf-phone" aria-label="Open on your phone" @click.self="$refs.dialog.close()" @close="closed">
      <form method="dialog" class="rf-line"><h2 class="rf-grow">Open on your phone</h2><button class="rf-btn is-quiet is-icon" aria-label="Close"><svg class="i" aria-hidden="true"><use href="#i-x"/></svg></button></form>
      <template v-if="address">
        <p class="rf-2">Point its camera at this; then sign in there.</p>
        <div class="code" role="img" aria-label="QR code of the address below" v-html="picture"></div>
        <div class="rf-line"><p ref="address" class="rf-grow">{{ address }}</p><button class="rf-btn" @click="copy">Copy</button></div>
        <p class="rf-2 said" role="status">{{ said }}</p>
      </template>
      <template v-else>
        <p>Only this machine reaches the server so far.</p>
        <p class="rf-2">Where it runs, set <code>REVIEWFLOW_PUBLIC_URL</code> to the address that a proxy or a tunnel gives it, or <code>REVIEWFLOW_HOST</code> to 0.0.0.0 in a network that you trust, and start it again.</p>
      </template>
    </dialog>`,
  data: () => ({ said: "" }),
  mounted() { this.show(); },
  methods: {
    show() { this.$refs.dialog.showModal(); },
    closed() {
      this.said = "";
      document.querySelector(".rf-account")?.focus(); // the menu that had it is gone
    },
    copy() { // the older way: the newer one is not there over plain http
      window.getSelection().selectAllChildren(this.$refs.address);
      this.said = document.execCommand("copy") ? "Copied" : "This browser does not let this page copy";
    },
  },
};
