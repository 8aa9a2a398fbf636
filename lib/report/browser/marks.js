// Marks of charts: what one tells at the pointer or the arrow keys, and the rows that it leads to.

import { element } from "./view.js";

const MARKS = ":is(.mark-rect, .mark-symbol).role-mark > [aria-label]";
const tip = element("div", { class: "tip", role: "status", hidden: "" });

let told;

function tell(text, x, y, mark) {
  told?.classList.remove("told");
  told = mark;
  told?.classList.add("told");
  tip.hidden = !text;
  if (tip.textContent !== text) tip.textContent = text;
  const { width, height } = tip.getBoundingClientRect();
  tip.style.left = `${Math.max(4, Math.min(x + 12, innerWidth - width - 4))}px`;
  tip.style.top = `${y + 16 + height > innerHeight ? y - height - 8 : y + 16}px`;
}

const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function centre(mark) {
  const { left, right, top, bottom } = mark.getBoundingClientRect();
  return [(left + right) / 2, (top + bottom) / 2];
}

function nearest(marks, from, [dx, dy]) {
  const [x, y] = centre(from);
  let [best, least] = [undefined, Infinity];
  for (const mark of marks) {
    const [across, down] = [centre(mark)[0] - x, centre(mark)[1] - y];
    const ahead = across * dx + down * dy;
    const distance = ahead + 3 * Math.abs(across * dy + down * dx);
    if (ahead > 0.5 && distance < least) [best, least] = [mark, distance];
  }
  return best;
}

/** Opens the rows behind a mark. */
function follow(mark) {
  const rows = mark?.dataset.rows;
  if (rows === undefined) return false;
  tell("", 0, 0);
  if (location.hash === `#${rows}`) dispatchEvent(new Event("hashchange"));
  else location.hash = rows;
  return true;
}

/** Makes the marks of all charts tell and lead. */
export function tellMarks() {
  document.body.append(tip);
  document.addEventListener("pointermove", ({ target, clientX: x, clientY: y }) => {
    const mark = target.closest(`.chart ${MARKS}`);
    tell(mark ? mark.getAttribute("aria-label") : "", x, y, mark);
  });
  document.addEventListener("scroll", () => tell("", 0, 0), { capture: true, passive: true });
  for (const box of document.querySelectorAll(".chart .box")) {
    const marks = [...box.querySelectorAll(MARKS)];
    box.addEventListener("keydown", (event) => {
      const way = WAYS[event.key];
      if (event.key === "Escape") tell("", 0, 0);
      if (event.key === "Enter" && box.contains(told) && follow(told)) event.preventDefault();
      if (!way || marks.length === 0) return;
      event.preventDefault();
      const mark = box.contains(told) ? nearest(marks, told, way) ?? told : marks[0];
      mark.scrollIntoView({ block: "nearest", inline: "nearest" });
      requestAnimationFrame(() => tell(mark.getAttribute("aria-label"), ...centre(mark), mark));
    });
    box.addEventListener("click", ({ target }) => follow(target.closest(MARKS)));
    if (marks.some((mark) => mark.dataset.rows)) {
      const hint =
        "Click a mark, or choose one with the arrow keys and press Enter, to see its rows.";
      box.after(element("p", { class: "hint" }, hint));
    }
    box.addEventListener("blur", () => tell("", 0, 0));
  }
}
