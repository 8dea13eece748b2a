// A button that copies the words of another element, where the browser lets us.

for (const button of document.querySelectorAll("[data-copies]")) {
  const words = document.getElementById(button.dataset.copies);
  const said = document.getElementById(`${button.dataset.copies}-copied`);
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(words.textContent.replace(/\s+/g, " ").trim());
    button.lastElementChild.textContent = button.dataset.copied;
    said.textContent = button.dataset.copied;
  });
}
