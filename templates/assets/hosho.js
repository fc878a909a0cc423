// Conveniences. Every page works without this file; nothing here is needed to reach anything. Without `async` and `?.`,
// since some engines that open sign-in pages know neither and would report an error.
"use strict";

// A password can be shown while it is typed.
for (const wrap of document.querySelectorAll("[data-reveal]")) {
  const input = wrap.querySelector("input");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = wrap.dataset.reveal;
  button.setAttribute("aria-controls", input.id);
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    const show = input.type === "password";
    input.type = show ? "text" : "password";
    button.textContent = show ? wrap.dataset.hide : wrap.dataset.reveal;
    button.setAttribute("aria-pressed", String(show));
    input.focus();
  });
  if (input.form) input.form.addEventListener("submit", () => { input.type = "password"; });
  wrap.append(button);
}

// A form that came back starts at its summary.
const start = document.querySelector("[data-focus]");
if (start) start.focus();

// A number to be passed on can be copied.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", () => {
    navigator.clipboard.writeText(button.dataset.copy).then(() => {
      const word = button.textContent;
      button.textContent = button.dataset.copied;
      setTimeout(() => { button.textContent = word; }, 2000);
    });
  });
}

// A form is sent once.
for (const form of document.querySelectorAll("form[method=post]")) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
}
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

// What is typed is read back by the server a moment later (`data-live` names the address).
for (const input of document.querySelectorAll("[data-live]")) {
  const said = document.getElementById(`${input.id}-live`);
  let waiting = 0;
  let asked = 0;
  const ask = () => {
    const turn = ++asked;
    const query = new URLSearchParams(new FormData(input.form));
    query.delete("csrf");
    fetch(`${input.dataset.live}?${query}`, { headers: { Accept: "application/json" } })
      .then((answer) => {
        if (turn !== asked || !answer.ok) return undefined;
        return answer.json().then(({ state, text }) => {
          said.textContent = text;
          said.className = `readback readback-${state}`;
        });
      })
      .catch(() => { said.textContent = ""; });
  };
  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 300);
  };
  for (const field of input.form.elements) {
    if (field === input || field.dataset.with === input.id) field.addEventListener("input", later);
  }
  if (input.value) later();
}
