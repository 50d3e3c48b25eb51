// What makes the forms handier. Every page works without it.
(() => {
  "use strict";

  // Puts the hyphen into a CPR number while it is typed. The caret keeps its place among the characters that count.
  const hyphenate = (input) => {
    const counts = (text) => text.replace(/[^0-9a-z]/gi, "");
    const typed = counts(input.value).slice(0, 10);
    const formatted = typed.length > 6 ? `${typed.slice(0, 6)}-${typed.slice(6)}` : typed;
    if (formatted === input.value) return;
    const before = counts(input.value.slice(0, input.selectionStart ?? input.value.length)).length;
    input.value = formatted;
    const caret = Math.min(before > 6 ? before + 1 : before, formatted.length);
    if (document.activeElement === input) input.setSelectionRange(caret, caret);
  };

  for (const input of document.querySelectorAll("input[data-cpr]")) {
    hyphenate(input);
    input.addEventListener("input", (event) => {
      if (!event.isComposing) hyphenate(input);
    });
  }

  // One box hides all CPR numbers of its form.
  for (const box of document.querySelectorAll(".hide-box input[type=checkbox]")) {
    const apply = () => {
      for (const input of box.form.querySelectorAll("input[data-cpr]")) input.type = box.checked ? "password" : "text";
    };
    box.addEventListener("change", apply);
    // A page that the browser brings back may have its box ticked already.
    addEventListener("pageshow", apply);
  }

  // Says first what is wrong, and leads from there to the field.
  document.getElementById("problems")?.focus();
})();
