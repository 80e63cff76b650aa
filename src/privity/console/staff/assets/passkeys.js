// Asks the browser for a passkey and sends its answer with the form it belongs to.
"use strict";
for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const said = form.querySelector("[role=alert]");
    said.hidden = true;
    try {
      const given = JSON.parse(form.dataset.options);
      const made = form.dataset.passkey === "make"
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(given) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(given) });
      form.elements.answer.value = JSON.stringify(made.toJSON());
    } catch {
      said.hidden = false;
      return;
    }
    form.submit();
  });
}
