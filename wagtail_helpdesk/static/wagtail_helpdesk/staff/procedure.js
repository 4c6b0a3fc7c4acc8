/* Ticks a step without leaving the page: what is being written stays. Without it, the form is sent as forms are. */
(function () {
  const { Controller } = window.StimulusModule;

  class ProcedureController extends Controller {
    async send(event) {
      const button = event.submitter;
      if (!button || !button.name) return;
      event.preventDefault();
      if (this.busy) return;
      this.busy = true;
      const data = new FormData(this.element, button);
      const response = await fetch(this.element.action, {
        method: "POST",
        body: data,
        headers: { "X-Requested-With": "XMLHttpRequest" },
        redirect: "manual",
      }).catch(() => null);
      this.busy = false;
      const isOurs = response && response.headers.get("Content-Type")?.startsWith("text/html");
      if (!isOurs || ![200, 409, 422].includes(response.status)) {
        this.plain(button).submit();
        return;
      }
      this.show(await response.text(), Number(button.value), response.ok);
    }

    /* The same form with the same button, as a browser sends it without a script. */
    plain(button) {
      const form = this.element.cloneNode(true);
      form.removeAttribute("data-controller");
      form.removeAttribute("data-action");
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name: button.name, value: button.value });
      form.append(field);
      form.hidden = true;
      document.body.append(form);
      return form;
    }

    show(html, step, succeeded) {
      const section = this.element.closest(".wh-procedure");
      section.innerHTML = html;
      const now = Number(section.querySelector("[data-wh-version]").dataset.whVersion);
      if (succeeded) this.move(now);
      const summary = section.querySelector("[data-wh-summary]");
      document.querySelector("[data-wh-procedure-summary]")?.replaceChildren(summary.content);
      const again = section.querySelector(`.wh-tick[value="${step}"]`) || section;
      again.focus();
    }

    /* Forms of the page know the ticket's version. Only our own step may move it: of anything else, they are told. */
    move(now) {
      document.querySelectorAll("[name=seen_version]").forEach((field) => {
        if (Number(field.value) === now - 1) field.value = String(now);
      });
    }
  }

  window.wagtail.app.register("wh-procedure", ProcedureController);
})();
