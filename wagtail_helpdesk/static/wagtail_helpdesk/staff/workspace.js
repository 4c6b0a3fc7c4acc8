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

  /* After a dialog or menu: Wagtail's sidebar answers Escape too on narrow screens, and takes the focus. Not from
     where somebody has gone in the meantime. */
  function giveFocusBack(to) {
    window.setTimeout(() => {
      const now = document.activeElement;
      const lost = "[data-wagtail-sidebar], #wh-operation-dialog, [data-controller~=wh-more]";
      if (!now || now === document.body || now.closest(lost)) to.focus();
    });
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
      const menu = link.closest("details");
      const opener = menu ? menu.querySelector("summary") : link;
      if (menu) menu.open = false;
      dialog.addEventListener("w-dialog:hidden", () => giveFocusBack(opener), { once: true });
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

  /* On the report of a visit: asks for another time only where the visit is moved. */
  class VisitController extends Controller {
    static targets = ["moved"];

    connect() {
      this.update();
    }

    update() {
      const chosen = this.element.querySelector("[name=outcome]:checked");
      this.movedTarget.hidden = !chosen || chosen.value !== "moved";
    }
  }

  /* Around Wagtail's list of who else is looking. */
  class PresenceController extends Controller {
    static values = { url: String };

    /* Wagtail names them in a tooltip only: give the avatars' buttons that name. */
    name() {
      this.element.querySelectorAll("button:not([aria-label])").forEach((button) => {
        const words = button.querySelector("[data-w-tooltip-target=content]");
        if (words) button.setAttribute("aria-label", words.textContent.replace(/\s+/g, " ").trim());
      });
    }

    /* Wagtail's ping was refused, and would be for ever: stop it, and say what has come between. */
    async ask(event) {
      if (!/\b40[34]\b/.test(event.detail?.error?.message)) return;
      this.element.querySelector(".w-editing-sessions")?.remove();
      const answer = await fetch(this.urlValue, {
        method: "HEAD",
        headers: { "X-Requested-With": "XMLHttpRequest" },
        redirect: "manual",
      }).catch(() => null);
      if (answer === null) return;
      const reason = { 200: "changed", 404: "gone" }[answer.status] || "signed-out";
      const words = document.getElementById(`wh-lost-${reason}`).content.cloneNode(true);
      document.getElementById("wh-lost").replaceChildren(words);
      if (reason === "changed") return;
      // What is written would be lost with the answer to it.
      document.querySelectorAll(".wh-ticket button[type=submit]").forEach((button) => {
        button.disabled = true;
      });
    }
  }

  /* A menu of further actions: it closes as menus do. */
  class MoreController extends Controller {
    close() {
      if (!this.element.open) return;
      this.element.open = false;
      giveFocusBack(this.element.querySelector("summary"));
    }

    leave(event) {
      if (!this.element.contains(event.target)) this.element.open = false;
    }
  }

  window.wagtail.app.register("wh-presence", PresenceController);
  window.wagtail.app.register("wh-more", MoreController);
  window.wagtail.app.register("wh-panel", PanelController);
  window.wagtail.app.register("wh-operation", OperationController);
  window.wagtail.app.register("wh-escalation", EscalationController);
  window.wagtail.app.register("wh-visit", VisitController);
})();
