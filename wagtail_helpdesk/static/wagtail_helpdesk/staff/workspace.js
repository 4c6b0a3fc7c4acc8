/* Opens an operation of a ticket in a dialog; without it, the link leads to the operation's own page. */
(function () {
  const { Controller } = window.StimulusModule;

  /* A fragment of ours, or null where there is none to show: refused, logged out, no network. */
  async function load(url) {
    try {
      const response = await fetch(url, {
        headers: { "X-Requested-With": "XMLHttpRequest" },
        redirect: "manual",
      });
      return response.ok ? await response.text() : null;
    } catch {
      return null;
    }
  }

  /* On a link to an operation's page. */
  class OperationController extends Controller {
    async open(event) {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      const link = this.element;
      const dialog = document.getElementById("wh-operation-dialog");
      const html = await load(link.href);
      if (!dialog || html === null) {
        window.location.assign(link.href);
        return;
      }
      const body = document.getElementById("wh-operation-body");
      body.innerHTML = html;
      const title = body.querySelector("[data-wh-title]");
      document.getElementById("title-text-wh-operation-dialog").textContent =
        title ? title.textContent : link.textContent.trim();
      if (title) title.remove();
      // On narrow screens Wagtail's sidebar answers Escape too, and takes the focus: give it back after that.
      dialog.addEventListener(
        "w-dialog:hidden",
        () => window.setTimeout(() => link.focus()),
        { once: true }
      );
      dialog.dispatchEvent(new Event("w-dialog:show"));
      const field = body.querySelector("select, textarea, input:not([type=hidden])");
      if (field) field.focus();
    }

  }

  /* Fills a side panel when it is opened. */
  class PanelController extends Controller {
    static values = { url: String };

    connect() {
      this.fill = this.fill.bind(this);
      this.panel = this.element.closest("[data-side-panel]");
      this.panel.addEventListener("show", this.fill);
      if (!this.panel.hidden) this.fill();
    }

    disconnect() {
      this.panel.removeEventListener("show", this.fill);
    }

    async fill() {
      this.panel.removeEventListener("show", this.fill);
      const html = await load(this.urlValue);
      // Without an answer the link stays, and leads to the same as a page.
      if (html !== null) this.element.innerHTML = html;
    }
  }

  /* On the escalation form: shows what the present choice will lead to, and who can be picked. */
  class EscalationController extends Controller {
    static targets = ["level", "division", "assignee", "outcome"];

    connect() {
      this.update();
    }

    update() {
      const level = this.levelTarget.value;
      const division = this.divisionTarget.value;
      this.outcomeTargets.forEach((outcome) => {
        outcome.hidden = outcome.dataset.whFor !== `${division}:${level}`;
      });
      const rank = Number(this.levelTarget.selectedOptions[0]?.dataset.whRank || 0);
      Array.from(this.assigneeTarget.options).forEach((option) => {
        if (!option.value) return;
        const fits =
          option.dataset.whDivision === division && Number(option.dataset.whRank) >= rank;
        option.hidden = !fits;
        option.disabled = !fits;
        if (!fits && option.selected) this.assigneeTarget.value = "";
      });
    }
  }

  /* Wagtail names who else is looking in a tooltip only: give the avatars' buttons that name. */
  class PresenceController extends Controller {
    connect() {
      this.name = this.name.bind(this);
      this.element.addEventListener("w-swap:success", this.name);
    }

    disconnect() {
      this.element.removeEventListener("w-swap:success", this.name);
    }

    name() {
      this.element.querySelectorAll("button:not([aria-label])").forEach((button) => {
        const words = button.querySelector("[data-w-tooltip-target=content]");
        if (words) button.setAttribute("aria-label", words.textContent.replace(/\s+/g, " ").trim());
      });
    }
  }

  window.wagtail.app.register("wh-presence", PresenceController);
  window.wagtail.app.register("wh-panel", PanelController);
  window.wagtail.app.register("wh-operation", OperationController);
  window.wagtail.app.register("wh-escalation", EscalationController);
})();
