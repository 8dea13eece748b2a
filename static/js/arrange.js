// Lets organisers drag the sessions of a programme into another order. The numbers beside them
// follow, and are what is sent; without this script they are written by hand.

for (const list of document.querySelectorAll("[data-arrange]")) {
  let dragged = null;

  const renumber = () => {
    [...list.children].forEach((item, index) => {
      item.querySelector("[data-place]").value = index + 1;
    });
  };

  const tell = (item) => {
    const said = document.querySelector("[data-said]");
    said.textContent = said.dataset.said
      .replace("{title}", () => item.querySelector("[data-title]").textContent)
      .replace("{place}", () => item.querySelector("[data-place]").value);
  };

  for (const item of list.children) {
    item.draggable = true;
  }

  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("li");
    dragged.classList.add("arrange__one--dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
  });

  list.addEventListener("dragover", (event) => {
    if (!dragged) {
      return;
    }
    event.preventDefault();
    const over = event.target.closest("[data-arrange] > li");
    if (over && over !== dragged) {
      const box = over.getBoundingClientRect();
      over[event.clientY < box.top + box.height / 2 ? "before" : "after"](dragged);
    }
  });

  list.addEventListener("dragend", () => {
    dragged.classList.remove("arrange__one--dragged");
    renumber();
    tell(dragged);
    dragged = null;
  });
}
