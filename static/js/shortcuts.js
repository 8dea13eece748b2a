// The key / leads to the search box that is in view; Ctrl+S keeps the form of the admin.

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea, [contenteditable]");
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing) {
    return;
  }
  const boxes = [...document.querySelectorAll("[data-search], #searchbar")];
  const box = boxes.find((candidate) => candidate.offsetParent !== null);
  if (box) {
    event.preventDefault();
    box.focus();
    box.select();
  }
});

document.addEventListener("keydown", (event) => {
  const isSave = event.key.toLowerCase() === "s" && (event.ctrlKey || event.metaKey);
  const button = document.querySelector("#content-start [name=_save]");
  if (isSave && !event.altKey && !event.shiftKey && button) {
    event.preventDefault();
    button.form.requestSubmit(button);
  }
});
