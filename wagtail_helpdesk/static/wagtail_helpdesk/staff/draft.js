/* Keeps what is being written: on the server, for its writer alone. Where that fails, in this tab of the browser
   until it can be sent there, and no longer: nothing stays on a computer that others use too. */
(function () {
  const { Controller } = window.StimulusModule;
  /* Milliseconds: after the last letter, and at most while somebody writes on. */
  const PAUSE = 700;
  const LONGEST = 3_000;
  const PREFIX = "wh-draft:";

  class DraftController extends Controller {
    static targets = ["text", "saved", "unsaved"];

    static values = { url: String, key: String, max: Number };

    connect() {
      this.kept = this.element.dataset.wUnsavedForceValue === "true" ? "" : this.textTarget.value;
      this.forgetOthers();
      const left = this.tab();
      if (left && left !== this.textTarget.value) {
        this.textTarget.value = left;
        this.textTarget.dispatchEvent(new Event("input", { bubbles: true }));
      } else if (this.textTarget.value !== this.kept) {
        this.plan();
      }
    }

    get kind() {
      return this.element.dataset.whComposerKindValue || "reply";
    }

    plan(event) {
      if (event && event.target !== this.textTarget) return;
      this.savedTarget.hidden = true;
      this.since ??= Date.now();
      window.clearTimeout(this.timer);
      const pause = Math.max(0, Math.min(PAUSE, this.since + LONGEST - Date.now()));
      this.timer = window.setTimeout(() => this.save(), pause);
    }

    leave() {
      if (document.visibilityState === "hidden") this.save({ keepalive: true });
    }

    /* Sent: what is still under way would bring it back. */
    send() {
      this.sent = true;
      window.clearTimeout(this.timer);
      this.request?.abort();
      this.tab(null);
    }

    async save({ keepalive = false } = {}) {
      this.since = undefined;
      window.clearTimeout(this.timer);
      const body = this.textTarget.value;
      if (this.sent || body === this.kept) return;
      this.request?.abort();
      const request = new AbortController();
      this.request = request;
      const data = new FormData();
      data.set("csrfmiddlewaretoken", this.element.elements.csrfmiddlewaretoken.value);
      data.set("body", body);
      data.set("kind", this.kind);
      const answer =
        body.length > this.maxValue
          ? null
          : await fetch(this.urlValue, {
              method: "POST",
              body: data,
              headers: { "X-Requested-With": "XMLHttpRequest" },
              redirect: "manual",
              keepalive,
              signal: request.signal,
            }).catch(() => null);
      if (this.sent || request.signal.aborted) return;
      const succeeded = answer !== null && answer.status === 204;
      if (succeeded) this.kept = body;
      this.tab(succeeded ? null : body);
      this.savedTarget.hidden = !succeeded || !body || body !== this.textTarget.value;
      this.unsavedTarget.hidden = succeeded;
    }

    /* Wagtail asks before it lets somebody leave a text. One that is kept needs no asking. */
    spare(event) {
      const hasFiles = Array.from(this.element.querySelectorAll("input[type=file]")).some(
        (field) => field.files.length,
      );
      if (this.textTarget.value === this.kept && !hasFiles) event.preventDefault();
      else this.save({ keepalive: true });
    }

    /* What this tab keeps of the text: reads it, or puts it there; null takes it away. */
    tab(body) {
      try {
        const name = PREFIX + this.keyValue;
        if (body === undefined) return window.sessionStorage.getItem(name);
        if (body === null) window.sessionStorage.removeItem(name);
        else window.sessionStorage.setItem(name, body);
      } catch {
        /* a browser that keeps nothing */
      }
      return null;
    }

    /* Somebody else has signed in in this tab: what their colleague left here is not theirs. */
    forgetOthers() {
      try {
        const mine = `${PREFIX}${this.keyValue.split(":")[0]}:`;
        Object.keys(window.sessionStorage)
          .filter((name) => name.startsWith(PREFIX) && !name.startsWith(mine))
          .forEach((name) => window.sessionStorage.removeItem(name));
      } catch {
        /* as above */
      }
    }
  }

  window.wagtail.app.register("wh-draft", DraftController);
})();
