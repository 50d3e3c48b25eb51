// Keys for the work list, while the focus is in it (WCAG 2.1.4). Every page works without it.
(() => {
  "use strict";

  const list = document.querySelector("[data-keys]");
  if (!list) return;
  const cards = [...list.children];

  const cardOf = (element) => cards.find((card) => card.contains(element));

  const move = (from, by) => {
    const to = cards[Math.min(Math.max(cards.indexOf(from) + by, 0), cards.length - 1)];
    to.focus();
    to.scrollIntoView({ block: "nearest" });
  };

  const refuse = (card) => {
    card.querySelector("details").open = true;
    card.querySelector("details input[type=radio]").focus();
  };

  const tick = (card, key) => {
    const box = card.querySelector(`input[data-key="${key}"]`);
    if (box) box.checked = !box.checked;
  };

  const KEYS = {
    j: (card) => move(card, 1),
    ArrowDown: (card) => move(card, 1),
    k: (card) => move(card, -1),
    ArrowUp: (card) => move(card, -1),
    a: (card) => card.querySelector(".approve").click(),
    r: refuse,
    o: (card) => card.querySelector(".open").click(),
  };

  list.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const card = cardOf(event.target);
    const types = event.target.matches("textarea, input:not([type=checkbox]):not([type=radio])");
    const chooses = event.target.matches("input[type=radio]") && event.key.startsWith("Arrow");
    if (!card || types || chooses) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (/^[1-9]$/.test(key)) tick(card, key);
    else if (KEYS[key]) KEYS[key](card);
    else return;
    event.preventDefault();
  });

  // Whoever comes for the list, and whoever has just decided, goes on with the keys at once.
  if (location.hash === `#${list.id}`) cards[0].focus({ preventScroll: true });
})();
