// Narrows the list of conversations and keeps the choice in the address; the page reads the same without it.
(() => {
  "use strict";
  const list = document.getElementById("list");
  if (!list) return;
  const attempts = [...list.children];
  const selects = [...document.querySelectorAll("select[data-by]")];
  const search = document.getElementById("by-text");
  const radios = [...document.querySelectorAll("input[name=ending]")];
  const shown = document.getElementById("shown");
  const empty = document.getElementById("empty");

  const facts = new Map(attempts.map((attempt) => [attempt, {
    ending: attempt.dataset.ending,
    suite: [attempt.dataset.suite],
    slice: [...attempt.querySelectorAll(".tag")].map((tag) => tag.textContent),
    check: [...attempt.querySelectorAll("[data-check]")].map((score) => score.dataset.check),
    text: "",
  }]));

  const ending = () => radios.find((radio) => radio.checked).value;

  function fits(attempt, wanted) {
    const fact = facts.get(attempt);
    if (wanted.ending === "not-passed" ? fact.ending === "passed" : ![fact.ending, "all"].includes(wanted.ending)) return false;
    for (const by of ["suite", "slice", "check"]) if (wanted[by] && !fact[by].includes(wanted[by])) return false;
    if (!wanted.text) return true;
    fact.text = fact.text || attempt.textContent.toLowerCase();
    return fact.text.includes(wanted.text);
  }

  function draw() {
    const wanted = { ending: ending(), text: search.value.trim().toLowerCase() };
    for (const select of selects) wanted[select.dataset.by] = select.value;
    let count = 0;
    for (const attempt of attempts) {
      const fit = fits(attempt, wanted);
      attempt.hidden = !fit;
      count += fit;
    }
    shown.textContent = `${count} of ${attempts.length} shown`;
    empty.hidden = count > 0;
    return wanted;
  }

  function remember(wanted) {
    const state = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value));
    try { history.replaceState(null, "", `#${state}`); } catch { /* a page inside another may not */ }
  }

  function recall() {
    const state = new URLSearchParams(location.hash.slice(1));
    if (!state.has("ending")) return;
    for (const radio of radios) radio.checked = radio.value === state.get("ending") || radio.checked;
    for (const select of selects) if (state.has(select.dataset.by)) select.value = state.get(select.dataset.by);
    search.value = state.get("text") || "";
  }

  document.getElementById("narrow").hidden = false;
  recall();
  for (const control of [...radios, ...selects]) control.addEventListener("change", () => remember(draw()));
  search.addEventListener("input", () => remember(draw()));
  draw();
})();
