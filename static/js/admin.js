// Gives names to the parts of select2, which leaves its boxes and search fields without one.

{
  const boxes = "[role=combobox], [role=textbox], [role=searchbox]";

  const name = (select) => {
    const words = select.getAttribute("aria-label") ?? select.labels[0]?.textContent.trim() ?? "";
    for (const box of select.nextElementSibling?.querySelectorAll(boxes) ?? []) {
      box.removeAttribute("aria-labelledby");
      box.setAttribute("aria-label", words);
      if (box.hasAttribute("aria-owns")) {
        box.setAttribute("aria-controls", box.getAttribute("aria-owns"));
      }
    }
    return words;
  };

  const nameAll = () => {
    const names = [...document.querySelectorAll("select.admin-autocomplete")].map(name);
    const search = document.querySelector(".select2-search--dropdown input:not([aria-label])");
    const list = document.querySelector(".select2-results__options:not([aria-label])");
    const open = document.querySelector(".select2-container--open [role=combobox]");
    const layer = document.querySelector("body > .select2-container:not([role])");
    layer?.setAttribute("role", "region");
    for (const part of [search, list, layer]) {
      part?.setAttribute("aria-label", open?.getAttribute("aria-label") ?? names[0]);
    }
  };

  new MutationObserver(nameAll).observe(document.body, { childList: true, subtree: true });
  nameAll();
}
