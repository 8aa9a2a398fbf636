/** The styles of the pages that the kit writes, and the script that sorts their tables. */

/** What reports and the explorer's page have in common. */
export const BASE: string = `:root {
  color-scheme: light dark;
  --ground: light-dark(#fff, #16181b);
  --ink: light-dark(#222, #e4e4e4);
  --soft: light-dark(#595959, #a8a8a8);
  --line: light-dark(#d0d0d0, #3d4146);
  --tint: light-dark(#f4f4f4, #212429);
  --link: light-dark(#0063a0, #7cc0f5);
  --control: light-dark(#767676, #8d9299);
  --ambiguous: light-dark(#8a5a00, #f0b849);
  --incorrect: light-dark(#b44a00, #ff9a5c);
}
* { box-sizing: border-box; }
body { margin: 0 auto; background: var(--ground); color: var(--ink); overflow-wrap: break-word; }
button, input, select, textarea, .button {
  font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--control);
  border-radius: 4px; padding: 0.2rem 0.5rem;
}
button { cursor: pointer; }
button:disabled { color: var(--soft); border-color: var(--line); cursor: default; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.problem { border-left: 4px solid var(--incorrect); padding-left: 0.75rem; }
.unseen {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap;
}
`;

/** A report's style; what is narrow or printed differs from the rest, and so comes last. */
export const STYLE: string = `${BASE}body {
  max-width: 78rem;
  padding: 1rem clamp(0.75rem, 3vw, 2rem) 4rem;
  font: 1rem/1.5 system-ui, "DejaVu Sans", Verdana, sans-serif;
}
h1, h2, h3 { line-height: 1.25; margin: 0 0 0.5rem; }
h1 { font-size: 1.6rem; overflow-wrap: anywhere; }
h2 {
  font-size: 1.25rem; overflow-wrap: anywhere; margin-top: 2.5rem; padding-bottom: 0.25rem;
  border-bottom: 1px solid var(--line);
}
h3 { font-size: 1rem; margin-top: 1.25rem; }
nav a { margin-right: 0.75rem; white-space: nowrap; }
a { color: var(--link); }
p, figure, dl, ol { margin: 0 0 0.75rem; }
pre { margin: 0 0 0.75rem; line-height: 1.4; }
code, pre, dd {
  font-family: ui-monospace, "DejaVu Sans Mono", Consolas, monospace; font-size: 0.85rem;
}
/* A shadow at its side shows that what is too wide goes on there. */
.box {
  --cover: var(--ground); --shade: color-mix(in srgb, var(--ink) 35%, transparent);
  overflow-x: auto;
  background:
    linear-gradient(to right, var(--cover) 40%, transparent) left / 2.5rem 100% no-repeat local,
    linear-gradient(to left, var(--cover) 40%, transparent) right / 2.5rem 100% no-repeat local,
    linear-gradient(to right, var(--shade), transparent) left / 0.75rem 100% no-repeat scroll,
    linear-gradient(to left, var(--shade), transparent) right / 0.75rem 100% no-repeat scroll,
    var(--cover);
}
.files, figcaption { color: var(--soft); font-size: 0.875rem; }
/* Charts have their colours on a light card, which is dimmed in the dark. */
.chart { margin-bottom: 2rem; }
.chart .box {
  --cover: #fff; --shade: #0005; width: fit-content; max-width: 100%;
  border: 1px solid var(--line); border-radius: 6px;
}
@media (prefers-color-scheme: dark) {
  .chart .box { filter: brightness(0.85); }
}
.chart svg { display: block; }
.chart svg > rect {
  fill: none; /* the ground of the picture would hide the shadow */
}
.chart figcaption { max-width: 60rem; margin-top: 0.5rem; }
.chart .files { display: block; }
details.table {
  border: 1px solid var(--line); border-radius: 6px; padding: 0.4rem 0.75rem;
  margin-bottom: 0.5rem;
}
details.table > .box { max-height: 30rem; overflow-y: auto; }
table { border-collapse: collapse; font-size: 0.8125rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.15rem 0.6rem; white-space: nowrap; border-bottom: 1px solid var(--line); }
th { text-align: left; position: sticky; top: 0; background: var(--tint); }
table .number { text-align: right; }
th button { padding: 0; border: 0; background: none; font-weight: inherit; }
th[aria-sort]::after { content: " \\2193"; }
th[aria-sort="ascending"]::after { content: " \\2191"; }
dl {
  display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; align-content: start;
  gap: 0.15rem 1rem;
}
dd { margin: 0; overflow-wrap: anywhere; }
.kit { margin: 0; color: var(--soft); }
section[id] { scroll-margin-top: 0.5rem; }
.found { max-width: 60rem; }
.about { color: var(--soft); margin: 0 0 0.5rem; }
.reason { margin-bottom: 0.5rem; }
.ids code { overflow-wrap: anywhere; }
.masks { display: flex; flex-wrap: wrap; gap: 1rem; }
.masked { display: flex; flex-wrap: wrap; align-items: flex-start; gap: 0.25rem; }
.masked img { display: block; max-width: 100%; }
.masked figure { margin: 0; }
.masked figcaption {
  width: min-content; min-width: 100%; color: var(--soft); font-size: 0.85rem; line-height: 1.3;
}
.examples ol {
  display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 0.75rem;
  padding: 0; list-style: none;
}
.examples li {
  display: grid; grid-template-columns: 4.5rem minmax(0, 1fr); gap: 0.6rem; font-size: 0.875rem;
  line-height: 1.35;
}
.examples img {
  display: block; width: 4.5rem; height: 4.5rem; object-fit: contain; background: var(--tint);
}
@media (max-width: 40rem) {
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: 0.5rem; }
}
@media print {
  body { max-width: none; padding: 0; font-size: 9pt; }
  nav { display: none; }
  .box { background: none; overflow: visible; max-height: none; }
  .files, figcaption, pre { font-size: 8pt; }
  .chart, .examples li { break-inside: avoid; }
  .chart svg { max-width: 100%; height: auto; }
}
`;

/** Lets a click on the head of a column sort a table by it. */
export const SORTING: string = `for (const head of document.querySelectorAll("th")) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...head.childNodes);
  head.append(button);
  const keyOf = (row) => {
    const text = row.cells[head.cellIndex].textContent.trim().replaceAll("\\u2212", "-");
    return { text, number: head.className === "number" ? parseFloat(text) : NaN };
  };
  button.onclick = () => {
    const sign = head.ariaSort === "descending" ? 1 : -1;
    const body = head.closest("table").tBodies[0];
    const keys = new Map([...body.rows].map((row) => [row, keyOf(row)]));
    const rows = [...keys.keys()].sort((a, b) => {
      const [x, y] = [keys.get(a), keys.get(b)];
      if ((x.text === "") !== (y.text === "")) return x.text === "" ? 1 : -1;
      return sign * (x.number - y.number || x.text.localeCompare(y.text));
    });
    for (const other of head.parentElement.cells) other.ariaSort = null;
    head.ariaSort = sign === 1 ? "ascending" : "descending";
    body.append(...rows);
  };
}
`;
