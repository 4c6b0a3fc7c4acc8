/* Comforts for the public forms. Every page works without this file; its words come from data attributes. */
(() => {
  "use strict";

  const say = (words, value) => words.replace("%s", value);

  const element = (name, className, text = "") => {
    const made = document.createElement(name);
    made.className = className;
    made.textContent = text;
    return made;
  };

  /* What is to be read or filled in first, also where a browser ignores "autofocus". */
  const first = document.querySelector(".wh [autofocus]");
  if (first) first.focus();

  for (const button of document.querySelectorAll("[data-wh-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  /* How many characters are left: said when it is getting tight, and not after every key. */
  for (const area of document.querySelectorAll("textarea[data-wh-count]")) {
    const form = area.closest("form");
    const limit = Number(area.dataset.whCount);
    const note = element("p", "wh-hint");
    note.setAttribute("role", "status");
    area.after(note);
    let timer;
    const count = () => {
      const left = limit - [...area.value.replace(/\r\n/g, "\n")].length;
      note.classList.toggle("wh-over", left < 0);
      const words = left < 0 ? form.dataset.whOver : form.dataset.whLeft;
      note.textContent = left > limit / 10 ? "" : say(words, Math.abs(left));
    };
    area.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(count, 400);
    });
    count();
  }

  /* Files: chosen in several goes, listed, and removed one by one. */
  for (const field of document.querySelectorAll("[data-wh-files]")) {
    const input = field.querySelector("input[type=file]");
    const form = input.form;
    const list = element("ul", "wh-files");
    list.setAttribute("aria-live", "polite");
    field.append(list);
    let chosen = [];
    const show = () => {
      const files = new DataTransfer();
      list.replaceChildren();
      chosen.forEach((file, index) => {
        files.items.add(file);
        const item = element("li", "");
        const remove = element("button", "wh-link", say(form.dataset.whRemove, file.name));
        remove.type = "button";
        remove.addEventListener("click", () => {
          chosen.splice(index, 1);
          show();
          input.focus();
        });
        item.append(remove);
        list.append(item);
      });
      input.files = files.files;
    };
    input.addEventListener("change", () => {
      for (const file of input.files) {
        const known = chosen.some((other) => other.name === file.name && other.size === file.size);
        if (!known) chosen.push(file);
      }
      show();
    });
  }

  /* Articles that may answer, while somebody writes: three words, a pause, and never in the way. */
  for (const place of document.querySelectorAll("[data-wh-suggest]")) {
    const form = place.closest("form");
    const [title, list] = place.children;
    const said = form.elements.suggested;
    const texts = [form.elements.subject, form.elements.body];
    let timer;
    let asked = "";
    let request;
    if (!said.value) said.value = "asked";
    const show = (html) => {
      const page = new DOMParser().parseFromString(html, "text/html");
      const heading = page.querySelector(".wh-suggestions__title");
      const words = heading ? heading.textContent : "";
      if (title.textContent !== words) title.textContent = words;
      list.replaceChildren(...page.querySelectorAll(".wh-articles"));
      if (heading) said.value = "shown";
    };
    const ask = async () => {
      const text = texts.map((field) => field.value.trim()).join(" ").trim().slice(0, 500);
      if (text === asked) return;
      asked = text;
      if (request) request.abort();
      if (text.split(/\s+/).length < 3) {
        show("");
        return;
      }
      request = new AbortController();
      const data = new FormData();
      for (const name of ["csrfmiddlewaretoken", "form"]) data.set(name, form.elements[name].value);
      if (form.elements.page) data.set("page", form.elements.page.value);
      data.set("text", text);
      try {
        const answer = await fetch(place.dataset.whSuggest, {
          method: "POST",
          body: data,
          credentials: "same-origin",
          signal: request.signal,
        });
        if (answer.ok) show(await answer.text());
      } catch {
        /* Without an answer nothing is suggested. */
      }
    };
    for (const field of texts) {
      field.addEventListener("input", () => {
        clearTimeout(timer);
        timer = setTimeout(ask, 400);
      });
    }
  }

  /* One bar for all files on their way; said at the beginning, half-way and at the end. */
  const upload = (form, submitter) => {
    const data = new FormData(form, submitter);
    const bar = element("progress", "wh-progress");
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", form.dataset.whUploading);
    const note = element("p", "wh-hint", say(form.dataset.whProgress, 0));
    note.setAttribute("role", "status");
    form.append(bar, note);
    const request = new XMLHttpRequest();
    let said = 0;
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      bar.value = (100 * event.loaded) / event.total;
      const half = bar.value >= 100 ? 100 : bar.value >= 50 ? 50 : 0;
      if (half > said) {
        said = half;
        note.textContent = say(form.dataset.whProgress, half);
      }
    });
    request.addEventListener("error", () => {
      bar.remove();
      note.textContent = form.dataset.whFailed;
      form.removeAttribute("data-wh-busy");
    });
    request.addEventListener("load", () => {
      if (request.responseURL && request.responseURL !== form.action) {
        window.location.assign(request.responseURL);
        return;
      }
      document.open();
      document.write(request.responseText);
      document.close();
    });
    request.open("POST", form.action);
    request.send(data);
  };

  for (const form of document.querySelectorAll("form[data-wh-form]")) {
    form.addEventListener("submit", (event) => {
      /* A second click while the first is under way: the server would answer it with the same ticket. */
      if (form.hasAttribute("data-wh-busy")) {
        event.preventDefault();
        return;
      }
      form.setAttribute("data-wh-busy", "");
      const input = form.querySelector("input[type=file]");
      if (input && event.submitter && event.submitter.name === "solved_by") {
        input.disabled = true; /* Nothing is sent, so no files either. */
      } else if (input && input.files.length) {
        event.preventDefault();
        upload(form, event.submitter);
      }
    });
  }
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("[data-wh-busy]")) {
      form.removeAttribute("data-wh-busy");
      for (const input of form.querySelectorAll("input[type=file]")) input.disabled = false;
    }
  });
})();
