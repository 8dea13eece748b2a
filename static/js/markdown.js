// Helps to write Markdown: buttons and keys for its marks, and what the page will make of it.
// Without this, and without JavaScript, a text box is a text box.

{
  const address = document.currentScript.dataset.preview;
  const tools = document.getElementById("markdown-tools");

  // As if it were typed, so that the browser can take it back.
  const type = (box, words) => {
    box.focus();
    if (!document.execCommand("insertText", false, words)) {
      box.setRangeText(words, box.selectionStart, box.selectionEnd, "end");
      box.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };

  const around = (before, after) => (box) => {
    const { selectionStart: start, selectionEnd: end } = box;
    const chosen = box.value.slice(start, end);
    type(box, before + chosen + after);
    box.setSelectionRange(start + before.length, start + before.length + chosen.length);
  };

  const before = (mark) => (box) => {
    const start = box.value.slice(0, box.selectionStart).lastIndexOf("\n") + 1;
    box.setSelectionRange(start, box.selectionEnd);
    const lines = box.value.slice(start, box.selectionEnd).split("\n");
    type(box, lines.map((line) => mark + line).join("\n"));
  };

  const steps = {
    bold: around("**", "**"),
    italic: around("*", "*"),
    link: around("[", "](https://)"),
    list: before("- "),
    heading: before("## "),
  };
  const keys = { b: "bold", i: "italic", k: "link" };

  const rendered = async (box) => {
    const body = new FormData();
    body.append("text", box.value);
    body.append("csrfmiddlewaretoken", box.form.elements.csrfmiddlewaretoken.value);
    const answer = await fetch(address, { method: "POST", body, redirect: "error" });
    if (!answer.ok) throw new Error(answer.statusText);
    return answer.text();
  };

  const help = (box) => {
    const bar = tools.content.firstElementChild.cloneNode(true);
    const shown = tools.content.lastElementChild.cloneNode(true);
    const look = bar.querySelector("[aria-pressed]");
    for (const button of bar.children) button.setAttribute("aria-controls", box.id);

    const write = () => {
      look.setAttribute("aria-pressed", "false");
      shown.hidden = true;
      box.hidden = false;
    };

    const read = async () => {
      look.setAttribute("aria-pressed", "true");
      try {
        shown.lastElementChild.innerHTML = await rendered(box);
      } catch {
        shown.lastElementChild.textContent = look.dataset.failed;
      }
      if (look.getAttribute("aria-pressed") === "false") return;
      shown.hidden = false;
      box.hidden = true;
    };

    bar.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (button === look) {
        return look.getAttribute("aria-pressed") === "true" ? write() : read();
      }
      if (button) {
        write();
        steps[button.value](box);
      }
    });
    box.addEventListener("keydown", (event) => {
      const step = (event.ctrlKey || event.metaKey) && !event.altKey && keys[event.key.toLowerCase()];
      if (step) {
        event.preventDefault();
        steps[step](box);
      }
    });
    box.form.addEventListener("submit", write);
    const frame = document.createElement("div");
    frame.className = "markdown";
    box.replaceWith(frame);
    frame.append(bar, box, shown);
  };

  const helpIn = (part) => {
    for (const box of part.querySelectorAll("textarea[data-markdown]")) {
      if (!box.name.includes("__prefix__") && !box.readOnly) help(box);
    }
  };

  helpIn(document);
  document.addEventListener("formset:added", (event) => helpIn(event.target));
}
