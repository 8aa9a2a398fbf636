"use strict";

// What a mark of a chart or a cell of a map tells, at the pointer.
const MARKS = ":is(.mark-rect, .mark-symbol).role-mark > [aria-label]";
const tip = document.body.appendChild(document.createElement("div"));
tip.className = "tip";
tip.hidden = true;
tip.setAttribute("role", "status");

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

function cellText(picture, x, y) {
  const map = picture.closest(".map");
  const { left, top, width, height } = picture.getBoundingClientRect();
  const tokens = map.querySelectorAll("li");
  const values = map.dataset.cte.split(" ");
  const layers = values.length / tokens.length;
  const position = Math.min(Math.floor((y - top) / height * tokens.length), tokens.length - 1);
  const layer = Math.min(Math.floor((x - left) / width * layers), layers - 1);
  if (position < 0 || layer < 0) return "";
  const value = values[layer * tokens.length + position] || "no value";
  return `layer ${Number(map.dataset.first) + layer}, ${
    tokens[position].textContent
  }: CTE ${value}`;
}

document.addEventListener("pointermove", ({ target, clientX: x, clientY: y }) => {
  const mark = target.closest(`.chart ${MARKS}`);
  if (mark) tell(mark.getAttribute("aria-label"), x, y, mark);
  else tell(target.matches(".map img") ? cellText(target, x, y) : "", x, y);
});
document.addEventListener("scroll", () => tell("", 0, 0), { capture: true, passive: true });

// The arrow keys go from mark to mark of the chart that has the focus.
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

for (const box of document.querySelectorAll(".chart .box")) {
  const marks = [...box.querySelectorAll(MARKS)];
  box.addEventListener("keydown", (event) => {
    const way = WAYS[event.key];
    if (event.key === "Escape") tell("", 0, 0);
    if (!way || marks.length === 0) return;
    event.preventDefault();
    const mark = box.contains(told) ? nearest(marks, told, way) ?? told : marks[0];
    mark.scrollIntoView({ block: "nearest", inline: "nearest" });
    requestAnimationFrame(() => tell(mark.getAttribute("aria-label"), ...centre(mark), mark));
  });
  box.addEventListener("blur", () => tell("", 0, 0));
}

// The row browser's order and choice.
const controls = document.querySelector(".controls");
if (controls) {
  const [order, segment] = controls.querySelectorAll("select");
  const list = document.querySelector(".rows");
  const rows = [...list.children];
  const show = () => {
    const sign = Number(order.value);
    list.append(...rows.toSorted((a, b) => sign * (a.dataset.d - b.dataset.d)));
    for (const row of rows) {
      row.hidden = segment.value !== "" && row.dataset.segment !== segment.value;
    }
    controls.querySelector("output").textContent = `${
      rows.filter((row) => !row.hidden).length
    } rows`;
  };
  controls.hidden = false;
  controls.addEventListener("change", show);
  show();
}
