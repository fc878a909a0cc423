// Pages of clients send "client_id session_state" and learn whether the browser's session is still the same one.
"use strict";

(function () {
  var name = document.documentElement.getAttribute("data-cookie") + "=";

  function browserState() {
    var found = document.cookie.split("; ").filter(function (pair) { return pair.indexOf(name) === 0; });
    return found.length === 1 ? found[0].slice(name.length) : null;
  }

  function hex(buffer) {
    return Array.prototype.map.call(new Uint8Array(buffer), function (byte) { return ("0" + byte.toString(16)).slice(-2); }).join("");
  }

  window.addEventListener("message", function (event) {
    var answer = function (word) { event.source.postMessage(word, event.origin); };
    var parts = /^(.+) ([0-9a-f]{64})\.([\w-]+)$/.exec(typeof event.data === "string" ? event.data : "");
    var state = browserState();
    // A browser that keeps other sites' cookies apart shows none here: that is no sign-out.
    if (!parts || state === null) return answer("error");
    var text = [parts[1], event.origin, state, parts[3]].join(" ");
    window.crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)).then(
      function (hash) { answer(hex(hash) === parts[2] ? "unchanged" : "changed"); },
      function () { answer("error"); }
    );
  });
})();
