// Names the search fields beside choices, which select2 leaves without a name of their own.

{
  const name = (select) => {
    const label = select.labels?.[0]?.textContent ?? select.getAttribute("aria-label");
    const box = select.nextElementSibling?.querySelector("[role=combobox], [role=searchbox]");
    if (label && box) {
      box.removeAttribute("aria-labelledby");
      box.setAttribute("aria-label", label.trim());
    }
  };

  window.addEventListener("load", () => {
    document.querySelectorAll("select.admin-autocomplete").forEach(name);
  });
}
