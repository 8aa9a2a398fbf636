// Files that the page itself saves: its pictures, its tables, and the rows of a list.

import { element } from "./view.js";
import { unpacked } from "./values.js";

/** Saves a file. */
export function save(name, content, type) {
  const address = URL.createObjectURL(new Blob([content], { type }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** A table as CSV, as the kit writes it: CRLF, and an apostrophe before a text that a spreadsheet would run. */
export function csvText(lines) {
  const cell = (value) => {
    if (typeof value === "number") return Number.isNaN(value) ? "" : `${value}`;
    const text = /^'*[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const text = (line) => line.length === 1 && line[0] === "" ? '""' : line.map(cell).join(",");
  return lines.map((line) => `${text(line)}\r\n`).join("");
}

/** Puts a button beside each figure and each table that the page holds whole. */
export function offerDownloads() {
  for (const place of document.querySelectorAll(".save[data-figure]")) {
    const { figure } = place.dataset;
    const picture = document.querySelector(`#figure-${figure} svg`);
    if (!picture) continue;
    const saved = () => save(`${figure}.svg`, svgText(picture), "image/svg+xml");
    place.append(element("button", { type: "button", onclick: saved }, `Save ${figure}.svg`));
  }
  for (const packed of document.querySelectorAll("script.csv")) {
    const { file } = packed.dataset;
    const saved = async () => save(file, await unpacked(packed.textContent), "text/csv");
    packed.closest("details").querySelector(".save")
      .append(element("button", { type: "button", onclick: saved }, `Save ${file}`));
  }
}

/** A picture of the page as a document of its own, without the page's marks. */
function svgText(picture) {
  const copy = picture.cloneNode(true);
  for (const mark of copy.querySelectorAll("[data-rows]")) mark.removeAttribute("data-rows");
  for (const mark of copy.querySelectorAll(".told")) mark.classList.remove("told");
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return new XMLSerializer().serializeToString(copy);
}
