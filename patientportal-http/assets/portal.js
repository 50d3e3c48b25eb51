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

  // Offers to stay before the session ends, and leaves the page when it has ended. All times are the portal's.
  const watch = (stay) => {
    const { dataset } = stay;
    const { owner } = dataset;
    const ahead = Date.now() - Number(dataset.now);
    const now = () => Date.now() - ahead;
    const lasts = Number(dataset.lasts);
    const idle = Number(dataset.idle);
    const notice = Number(dataset.ends) - Number(dataset.warns);
    const opened = Number(dataset.now);
    let [ends, over] = [Number(dataset.ends), Number(dataset.over)];
    let [isClosed, isLeft] = [false, false];

    const words = stay.querySelector("[role=alert]");
    const [offer, close] = [stay.querySelector("form"), stay.querySelector("button[type=button]")];
    const until = document.querySelector(".until");
    const format = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "Europe/Copenhagen" };
    const clock = new Intl.DateTimeFormat("en-GB", format);
    const say = (element, text) => {
      element.textContent = text.replace("{time}", clock.format(ends));
    };
    const show = () => {
      offer.hidden = ends >= lasts;
      stay.hidden = false;
      // Words that come into a region that is there are read out; the focus stays where it is.
      say(words, offer.hidden ? words.dataset.last : words.dataset.text);
    };
    const hide = () => {
      stay.hidden = true;
      words.textContent = "";
    };

    // Another tab is the same session, unless somebody else has logged in there.
    const tabs = globalThis.BroadcastChannel && new BroadcastChannel("patientportal-session");
    const tell = () => tabs?.postMessage({ owner, opened, ends, over });
    const goOn = (to) => {
      [ends, over, isClosed] = [to.ends, to.over, false];
      hide();
      if (until) say(until, until.dataset.text);
    };
    tabs?.addEventListener("message", ({ data }) => {
      if (data.owner === owner && data.over > over) goOn(data);
      if (data.owner !== owner && data.opened > opened) leave();
    });

    const leave = () => {
      if (isLeft) return;
      isLeft = true;
      document.body.hidden = true;
      const typed = typedForm(dataset.leave);
      if (typed) typed.submit();
      else location.replace(dataset.leave);
    };
    const look = () => {
      if (now() > over + MARGIN) leave();
      else if (now() >= ends - notice && stay.hidden && !isClosed) show();
    };

    // The answer is empty: the page stays as it is, and the request has kept the session alive.
    offer.addEventListener("submit", () => {
      const minute = Math.floor(now() / MINUTE) * MINUTE;
      goOn({ ends: Math.min(minute + idle, lasts), over: Math.min(minute + MINUTE + idle, lasts) });
      tell();
    });
    const dismiss = () => {
      isClosed = true;
      hide();
    };
    close.addEventListener("click", dismiss);
    addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !stay.hidden) dismiss();
    });
    for (const event of ["pageshow", "focus"]) addEventListener(event, look);
    document.addEventListener("visibilitychange", look);
    setInterval(look, 1000);
    tell();
    look();
  };

  // What stands typed on the page, as a form that only keeps it. Passwords, codes and numbers stay behind.
  const typedForm = (to) => {
    const isWords = (field) => field.matches(WORDS);
    const isTyped = (form) => [...form.elements].some((field) => isWords(field) && field.value !== field.defaultValue);
    const form = [...document.querySelectorAll("main form")].find(isTyped);
    if (!form) return undefined;
    const kept = document.createElement("form");
    [kept.method, kept.action] = ["post", to];
    const add = (name, value) => {
      const field = document.createElement("input");
      [field.type, field.name, field.value] = ["hidden", name, value];
      kept.append(field);
    };
    for (const field of form.elements) {
      if (field.name && (field.type === "hidden" || isWords(field))) add(field.name, field.value);
    }
    add("sted", form.getAttribute("action"));
    document.body.append(kept);
    return kept;
  };

  const MINUTE = 60_000;
  // The portal's clock may be read a moment before its session is over.
  const MARGIN = 2_000;
  const WORDS = "input:is([type=text], [type=email], [type=tel]):not([data-cpr], [autocomplete=one-time-code]), textarea";

  const stay = document.getElementById("stay");
  if (stay) watch(stay);

  // Says first what is wrong, and leads from there to the field.
  document.getElementById("problems")?.focus();
})();
