/* What Wagtail's w-kbd leaves to do: no key of the page while a dialog lies over it, and the rows of the queue. */
(function () {
  const { Controller } = window.StimulusModule;

  /* A key presses its button by script; a person's own click is always theirs. */
  document.addEventListener(
    "click",
    (event) => {
      if (event.isTrusted || !event.target.closest?.("[data-wh-key]")) return;
      if (!document.querySelector(".w-dialog:not([aria-hidden=true])")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    true,
  );

  /* From row to row; Enter follows the link that has the focus. */
  class RowsController extends Controller {
    get links() {
      return Array.from(document.querySelectorAll(".wh-queue__ticket a"));
    }

    move(step) {
      const { links } = this;
      const row = document.activeElement?.closest("tr");
      const here = links.findIndex((link) => link.closest("tr") === row);
      const next = here < 0 ? links[0] : links[here + step];
      next?.focus();
    }

    next() {
      this.move(1);
    }

    previous() {
      this.move(-1);
    }
  }

  window.wagtail.app.register("wh-rows", RowsController);
})();
