// Says on the page, instead of in the console, that a device gave no passkey.

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.getElementById("passkey-trouble").hidden = false;
});
