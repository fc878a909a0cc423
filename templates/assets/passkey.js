// Passkeys: Web Authentication Level 3. Without this file the pages show everything else that can be done on them.
// It is written without `async` and `?.`, like the other script.
"use strict";

(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) => {
    let letters = "";
    for (const byte of new Uint8Array(buffer)) letters += String.fromCharCode(byte);
    return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  const named = (list) => (list || []).map((one) => Object.assign({}, one, { id: bytes(one.id) }));

  const api = window.PublicKeyCredential;
  const isAble = Boolean(api && navigator.credentials && navigator.credentials.get && window.AbortController);
  const can = (question) => (isAble && api[question] ? api[question]().catch(() => false) : Promise.resolve(false));
  const capabilities = () => (isAble && api.getClientCapabilities ? api.getClientCapabilities().catch(() => ({})) : Promise.resolve({}));

  // The server makes a challenge; the form says who asks.
  const ask = (form, more) => {
    const fields = new URLSearchParams(more);
    for (const name of ["csrf", "attempt", "proof"]) {
      const input = form.elements.namedItem(name);
      if (input) fields.set(name, input.value);
    }
    return fetch(form.dataset.options, { method: "POST", body: fields, headers: { Accept: "application/json" } })
      .then((answer) => {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.json();
      });
  };

  const show = (form, mark, visible) => {
    for (const element of form.querySelectorAll(`[data-passkey-${mark}]`)) element.hidden = !visible;
  };

  const send = (form, ceremony, answer) => {
    form.elements.namedItem("ceremony").value = ceremony;
    form.elements.namedItem("credential").value = JSON.stringify(answer);
    if (form.requestSubmit) form.requestSubmit(); else form.submit();
  };

  // One ceremony at a time: whichever begins ends the one before it.
  let running = null;
  const begin = () => {
    if (running) running.abort();
    running = new AbortController();
    return running.signal;
  };
  addEventListener("pagehide", () => { if (running) running.abort(); });

  const use = (form, mediation, signal) => ask(form, {}).then((asked) => {
    if (asked.go) {
      if (!mediation) location.assign(asked.go);
      return undefined;
    }
    const options = asked.publicKey;
    const publicKey = Object.assign({}, options, {
      challenge: bytes(options.challenge), allowCredentials: named(options.allowCredentials),
    });
    const wish = { publicKey, signal };
    if (mediation) wish.mediation = mediation;
    return navigator.credentials.get(wish).then((credential) => {
      const { clientDataJSON, authenticatorData, signature, userHandle } = credential.response;
      send(form, asked.ceremony, {
        id: credential.id, rawId: text(credential.rawId), type: credential.type,
        response: {
          clientDataJSON: text(clientDataJSON), authenticatorData: text(authenticatorData), signature: text(signature),
          userHandle: userHandle && userHandle.byteLength ? text(userHandle) : null,
        },
      });
    });
  });

  const make = (form, mediation, signal) => ask(form, mediation ? { by_itself: "on" } : {}).then((asked) => {
    if (asked.go) {
      if (!mediation) location.assign(asked.go);
      return undefined;
    }
    const options = asked.publicKey;
    const publicKey = Object.assign({}, options, {
      challenge: bytes(options.challenge), user: Object.assign({}, options.user, { id: bytes(options.user.id) }),
      excludeCredentials: named(options.excludeCredentials),
    });
    const wish = { publicKey, signal };
    if (mediation) wish.mediation = mediation;
    return navigator.credentials.create(wish).then((credential) => {
      const { clientDataJSON, attestationObject } = credential.response;
      const transports = credential.response.getTransports ? credential.response.getTransports() : [];
      send(form, asked.ceremony, {
        id: credential.id, rawId: text(credential.rawId), type: credential.type,
        response: { clientDataJSON: text(clientDataJSON), attestationObject: text(attestationObject), transports },
      });
    });
  });

  const onPress = (form, ceremony) => {
    for (const button of form.querySelectorAll("[data-passkey-button]")) {
      button.addEventListener("click", () => {
        const signal = begin();
        show(form, "failed", false);
        ceremony(form, undefined, signal).catch(() => { if (!signal.aborted) show(form, "failed", true); });
      });
    }
    show(form, "button", isAble);
    show(form, "missing", !isAble);
  };

  for (const form of document.querySelectorAll("form[data-passkey=use]")) {
    onPress(form, use);
    // Passkeys among what the browser fills in. A challenge does not live for ever: it is renewed before it ends.
    const wait = () => {
      const signal = begin();
      use(form, "conditional", signal).catch(() => {});
      setTimeout(() => { if (running && running.signal === signal && !signal.aborted) wait(); }, 240000);
    };
    if (form.dataset.autofill) can("isConditionalMediationAvailable").then((available) => { if (available) wait(); });
    const able = form.elements.namedItem("passkeys");
    if (able) {
      can("isUserVerifyingPlatformAuthenticatorAvailable").then((available) => { able.value = available ? "on" : ""; });
    }
  }

  for (const form of document.querySelectorAll("form[data-passkey=make]")) {
    onPress(form, make);
    // A browser that can makes one by itself for somebody who has just signed in by password.
    if (form.dataset.byItself) {
      capabilities().then((known) => {
        if (known.conditionalCreate) make(form, "conditional", begin()).catch(() => {});
      });
    }
  }

  // Which passkeys still count: the browser forgets the others.
  for (const element of document.querySelectorAll("[data-passkeys]")) {
    if (!isAble) break;
    const known = JSON.parse(element.dataset.passkeys);
    const tell = (signal, what) => { if (api[signal]) api[signal](what).catch(() => {}); };
    for (const accepted of known.accepted) tell("signalAllAcceptedCredentials", accepted);
    tell("signalCurrentUserDetails", known.details);
  }
})();
