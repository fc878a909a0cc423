// The answer to an app, posted without a click. The button on the page does the same.
"use strict";

document.getElementById("form-post").submit();
