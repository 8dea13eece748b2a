// What is typed into a form stays on this device until the form is sent, whatever happens.

{
  const key = (name) => `clusterix draft ${name}`;

  const remembered = (form) =>
    [...form.elements].filter(
      (field) =>
        field.name &&
        field.name !== "consent" &&
        !["hidden", "password", "submit", "file"].includes(field.type),
    );

  const keep = (form) => {
    const typed = remembered(form)
      .filter((field) => !["checkbox", "radio"].includes(field.type) || field.checked)
      .map((field) => [field.name, field.value]);
    sessionStorage.setItem(key(form.dataset.draft), JSON.stringify(typed));
  };

  const restore = (form) => {
    const kept = sessionStorage.getItem(key(form.dataset.draft));
    if (kept === null || form.querySelector(".field--wrong")) {
      return;
    }
    const typed = new Map(JSON.parse(kept));
    for (const field of remembered(form).filter((field) => typed.has(field.name))) {
      if (["checkbox", "radio"].includes(field.type)) {
        field.checked = field.value === typed.get(field.name);
      } else {
        field.value = typed.get(field.name);
      }
    }
  };

  for (const form of document.querySelectorAll("form[data-draft]")) {
    restore(form);
    form.addEventListener("input", () => keep(form));
  }
  for (const done of document.querySelectorAll("[data-draft-done]")) {
    sessionStorage.removeItem(key(done.dataset.draftDone));
  }
}
