/* Canned replies above the text: looks for them as one types, and puts one into the text. */
(function () {
  const { Controller } = window.StimulusModule;
  /* Milliseconds after the last letter. */
  const PAUSE = 250;

  class CannedController extends Controller {
    static targets = ["frame", "query", "results", "reply"];

    static values = { url: String };

    /* When it is opened: the first ones, and the cursor in the search. */
    async fill(event) {
      if (event.target !== this.element || !this.element.open) return;
      if (!this.hasQueryTarget) {
        const html = await this.load("");
        if (html === null) return; // the link stays, and leads to the same as a page
        this.frameTarget.innerHTML = html;
      }
      this.queryTarget.focus();
    }

    search() {
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.find(), PAUSE);
    }

    async find() {
      const query = this.queryTarget.value;
      const html = await this.load(query);
      if (html === null || query !== this.queryTarget.value) return;
      const page = new DOMParser().parseFromString(html, "text/html");
      const found = page.querySelector("[data-wh-canned-target=results]");
      this.resultsTarget.replaceChildren(...found.childNodes);
    }

    /* Enter: look at the first one, ready to be inserted by another Enter. */
    async submit(event) {
      event.preventDefault();
      window.clearTimeout(this.timer);
      await this.find();
      const first = this.replyTargets[0];
      if (!first) return;
      first.open = true;
      first.querySelector("button").focus();
    }

    move(event) {
      event.preventDefault();
      const summaries = this.replyTargets.map((reply) => reply.querySelector("summary"));
      const here = this.replyTargets.findIndex((reply) => reply.contains(event.target));
      const next = summaries[here + (event.key === "ArrowUp" ? -1 : 1)];
      if (next) next.focus();
      else if (here === 0) this.queryTarget.focus();
    }

    insert(event) {
      const { whKey } = event.currentTarget.dataset;
      const reply = event.currentTarget.closest("details");
      const { textContent } = reply.querySelector("[data-wh-text]");
      this.remember(whKey);
      reply.open = false;
      this.element.open = false;
      document.dispatchEvent(
        new CustomEvent("wh-composer:insert", { detail: { text: textContent } }),
      );
    }

    close(event) {
      event.preventDefault();
      event.stopPropagation();
      this.element.open = false;
      document.getElementById("id_body")?.focus();
    }

    /* The form tells with which ones its text was made: they are counted when it is sent. */
    remember(key) {
      const form = document.getElementById("id_body")?.form;
      if (!form || form.querySelector(`[name=canned][value="${key}"]`)) return;
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name: "canned", value: key });
      form.append(field);
    }

    async load(query) {
      const response = await fetch(`${this.urlValue}?${new URLSearchParams({ q: query })}`, {
        headers: { "X-Requested-With": "XMLHttpRequest" },
        redirect: "manual",
      }).catch(() => null);
      return response && response.ok ? response.text() : null;
    }
  }

  window.wagtail.app.register("wh-canned", CannedController);
})();
