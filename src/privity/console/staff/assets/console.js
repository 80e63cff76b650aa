// The keyboard: "/" goes to the search, as long as nobody is typing.
"use strict";
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const menu = document.getElementById("menu");
  const box = document.getElementById("search");
  if (!box) return;
  event.preventDefault();
  if (!box.checkVisibility()) menu.showPopover();
  box.focus();
});
