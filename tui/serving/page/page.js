// Prepares the terminal before textual.js starts it, keeps the keys in it, and offers a way back.
"use strict";

const terminal = document.getElementById("terminal");
const again = document.getElementById("again");
const classes = document.body.classList;

// textual.js would fetch an address that stands in the query; none is ever needed here.
if (location.search) {
  history.replaceState(null, "", location.pathname);
}

const scheme = location.protocol === "https:" ? "wss:" : "ws:";
terminal.dataset.sessionWebsocketUrl = `${scheme}//${location.host}/ws`;

if (document.createElement("canvas").getContext("webgl2") === null) {
  classes.add("-unable");
  terminal.classList.remove("textual-terminal");
}

function takeKeys() {
  const field = terminal.querySelector(".xterm-helper-textarea");
  if (field !== null && classes.contains("-first-byte") && !classes.contains("-closed")) {
    field.focus();
  }
}

new MutationObserver(() => {
  if (classes.contains("-closed")) {
    again.focus();
  } else {
    takeKeys();
  }
}).observe(document.body, { attributes: true, attributeFilter: ["class"] });
window.addEventListener("focus", takeKeys);
document.addEventListener("click", takeKeys);
again.addEventListener("click", () => location.reload());
