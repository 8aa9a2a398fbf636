/** The only script of a report: a click on a column's name sorts its table. */

import { createHash } from "node:crypto";

export const SORTING = `for (const head of document.querySelectorAll("th")) {
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

/** The source by which the page's policy lets a browser run it, and no other script. */
export const SORTING_SOURCE = `sha256-${createHash("sha256").update(SORTING).digest("base64")}`;
