// Lets the visitor choose light or dark instead of what the device says. The choice is a cookie,
// so that the server draws the next page in it from the start.

{
  const button = document.querySelector("[data-theme-switch]");
  const order = ["auto", "light", "dark"];

  const show = (choice) => {
    button.dataset.choice = choice;
    button.lastElementChild.textContent = button.dataset[choice];
    button.title = button.dataset[choice];
  };

  const choose = (choice) => {
    const root = document.documentElement;
    if (choice === "auto") {
      delete root.dataset.theme;
      document.cookie = "theme=; path=/; max-age=0; samesite=lax";
    } else {
      root.dataset.theme = choice;
      document.cookie = `theme=${choice}; path=/; max-age=31536000; samesite=lax`;
    }
    show(choice);
  };

  if (button) {
    show(document.documentElement.dataset.theme ?? "auto");
    button.hidden = false;
    button.addEventListener("click", () => {
      choose(order[(order.indexOf(button.dataset.choice) + 1) % order.length]);
    });
  }
}
