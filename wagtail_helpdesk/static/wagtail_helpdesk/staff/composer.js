/* Which of the two it will be, a reply or a private note: said below the text, before anything is sent by a key. */
(function () {
  const { Controller } = window.StimulusModule;

  class ComposerController extends Controller {
    static targets = ["text", "says", "send"];

    static values = { kind: String };

    connect() {
      this.write = this.write.bind(this);
      document.addEventListener("click", this.write);
    }

    disconnect() {
      document.removeEventListener("click", this.write);
    }

    /* The links that lead to the text say for what. */
    write(event) {
      const link = event.target.closest("[data-wh-write]");
      if (!link || !this.hasTextTarget) return;
      event.preventDefault();
      this.kindValue = link.dataset.whWrite;
      this.textTarget.focus();
      this.textTarget.scrollIntoView({ block: "center" });
    }

    /* The key works wherever one is; it means the form that one is writing in. */
    send() {
      if (!this.element.contains(document.activeElement)) return;
      const button = this.sendTargets.find((each) => each.dataset.whKind === this.kindValue);
      if (button && !button.disabled) button.click();
    }

    kindValueChanged(kind) {
      this.saysTargets.forEach((says) => {
        says.hidden = says.dataset.whKind !== kind;
      });
      this.element.classList.toggle("wh-composer__form--note", kind === "note");
    }
  }

  window.wagtail.app.register("wh-composer", ComposerController);
})();
