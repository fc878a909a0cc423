// Every app's page has been loaded, so the browser goes on. The link and a timer do the same.
"use strict";

window.onload = function () {
  window.location.replace(document.getElementById("front-channel-next").href);
};
