// Passkeys: hands the buttons of a page to allauth's script. Without script, or where the browser
// makes none, the forms stay hidden and the page offers another way.
(function () {
  "use strict";
  var button = document.getElementById("passkey");
  if (!button || !window.webauthnJSON.supported() || isNumber(location.hostname)) return;

  document.querySelectorAll("form.passkey").forEach(function (form) { form.hidden = false; });
  var instead = document.getElementById("no-passkey");
  if (instead) instead.hidden = true;

  var data = document.getElementById("passkey-data");
  window.allauth.webauthn.forms[button.dataset.passkey]({
    ids: {
      add: "passkey",
      authenticate: "passkey",
      login: "passkey",
      credential: "passkey-credential",
      passwordless: "id_passwordless"
    },
    data: data ? JSON.parse(data.textContent) : undefined
  });

  // The person turned away, or the key was the wrong one: said in the page, not in the console.
  document.addEventListener("allauth.error", function (event) {
    event.preventDefault();
    var failed = document.getElementById("passkey-failed");
    if (failed) failed.hidden = false;
  });

  // Passkeys belong to a name; at http://127.0.0.1 there is none.
  function isNumber(host) { return /^[\d.]+$|^\[/.test(host); }
})();
