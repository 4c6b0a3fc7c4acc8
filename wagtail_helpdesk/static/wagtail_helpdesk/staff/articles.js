/* Related articles beside a ticket: looks for others, and puts a link into the text that is being written. */
(function () {
  const { Controller } = window.StimulusModule;
  const composer = () => document.getElementById("id_body");

  /* A text that nobody has been in has its cursor at the beginning: then a link goes to the end. */
  let touched = false;
  document.addEventListener("focusin", (event) => {
    if (event.target === composer()) touched = true;
  });

  /* Puts what others offer into the text, on lines of its own at the cursor. It stays text. */
  function put(words) {
    const text = composer();
    if (!text) return;
    const at = touched ? text.selectionEnd : text.value.length;
    const before = text.value.slice(0, at);
    const lead = before && !before.endsWith("\n") ? "\n" : "";
    const tail = text.value.slice(at).startsWith("\n") ? "" : "\n";
    text.setRangeText(`${lead}${words}${tail}`, at, at, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
    show(text);
  }

  /* On a narrow screen a panel lies over the text. */
  function show(text) {
    text.scrollIntoView({ block: "center" });
    const box = text.getBoundingClientRect();
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    if (top !== text) document.querySelector("[data-form-side-close-button]")?.click();
    text.focus();
  }

  document.addEventListener("wh-composer:insert", (event) => put(event.detail.text));

  class ArticlesController extends Controller {
    static targets = ["results"];

    /* Without an answer the form is sent as forms are, and leads to the same as a page. */
    async search(event) {
      event.preventDefault();
      const form = event.currentTarget;
      const url = `${form.action}?${new URLSearchParams(new FormData(form))}`;
      const response = await fetch(url, {
        headers: { "X-Requested-With": "XMLHttpRequest" },
        redirect: "manual",
      }).catch(() => null);
      if (!response || !response.ok) {
        form.submit();
        return;
      }
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const found = page.querySelector("[data-wh-articles-target=results]");
      this.resultsTarget.replaceChildren(...found.childNodes);
    }

    /* Title and address, on lines of their own. */
    insert(event) {
      const { whTitle, whUrl } = event.currentTarget.dataset;
      put(`${whTitle}\n${whUrl}`);
    }
  }

  window.wagtail.app.register("wh-articles", ArticlesController);
})();
