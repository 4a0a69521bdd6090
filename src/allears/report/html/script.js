"use strict";
// A task's chip shows its lines alone: while pointed at, or for good once pressed.
const chips = [...document.querySelectorAll(".chip")];
const lines = [...document.querySelectorAll('g[id*="--t"]')];
const show = (task) => lines.forEach((line) => {
  line.classList.toggle("dimmed", task !== null && !line.id.includes(`--t${task}--`));
});
const pressed = () => chips.find((chip) => chip.getAttribute("aria-pressed") === "true")?.dataset.task ?? null;
for (const chip of chips) {
  chip.addEventListener("mouseenter", () => show(chip.dataset.task));
  chip.addEventListener("mouseleave", () => show(pressed()));
  chip.addEventListener("click", () => {
    const now = chip.getAttribute("aria-pressed") !== "true";
    chips.forEach((other) => other.setAttribute("aria-pressed", String(now && other === chip)));
    show(pressed());
  });
}
// The navigation follows the page.
const links = new Map([...document.querySelectorAll("nav a")].map((link) => [link.hash.slice(1), link]));
const watcher = new IntersectionObserver((seen) => {
  for (const entry of seen) if (entry.isIntersecting) {
    links.forEach((link, name) => link.classList.toggle("here", name === entry.target.id));
  }
}, { rootMargin: "0px 0px -75% 0px" });
document.querySelectorAll("section").forEach((section) => watcher.observe(section));
