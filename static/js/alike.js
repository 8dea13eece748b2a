// Tells whoever types a name which entries have one like it. Without this the same is told once
// the entry is saved.

{
  const box = document.querySelector("[data-alike]");
  const fields = box.dataset.namedBy.split(" ").map((name) => document.getElementById(`id_${name}`));
  const pause = 400;
  let waiting;
  let asked;

  const typed = () => fields.map((field) => field.value.trim()).filter(Boolean).join(" ");

  const tell = async () => {
    asked?.abort();
    asked = new AbortController();
    const address = new URL(box.dataset.alike, location.href);
    address.searchParams.set("name", typed());
    try {
      const answer = await fetch(address, { signal: asked.signal });
      box.innerHTML = answer.ok ? await answer.text() : "";
    } catch (error) {
      if (error.name !== "AbortError") box.replaceChildren();
    }
  };

  const last = fields.at(-1);
  if (fields.every(Boolean)) {
    last.closest(".form-row").after(box);
    for (const field of fields) {
      field.addEventListener("input", () => {
        clearTimeout(waiting);
        waiting = setTimeout(tell, pause);
      });
    }
    if (box.dataset.isNew && typed()) tell();
  }
}
