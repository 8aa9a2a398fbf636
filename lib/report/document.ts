/** A page of sections, complete in one file: readable without its script and without a network. */

import { Html, html } from "./escape.ts";
import { STYLE } from "./style.ts";
import { createHash } from "node:crypto";

export interface Section {
  readonly name: string;
  readonly id: string;
  readonly body: Html;
}

export function section(name: string, content: Html): Section {
  const id = name.toLowerCase().replaceAll(" ", "-");
  const body = html`<section id="${id}">\n<h2>${name}</h2>\n${content}</section>\n`;
  return { name, id, body };
}

export function documentHtml(
  sections: readonly Section[],
  { title, heading, about }: {
    readonly title: Html;
    readonly heading: Html;
    readonly about: Html;
  },
): Html {
  return html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta http-equiv="Content-Security-Policy"
          content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src '${SORTING_SOURCE}'; base-uri 'none'; form-action 'none'">
        <title>${title}</title>
        <style>
    ${new Html(STYLE)}</style>
      </head>
      <body>
        <header>
          <p class="kit">negscope report</p>
          <h1>${heading}</h1>
          <p class="about">${about}</p>
          <nav aria-label="Sections">${sections.map(({ name, id }) =>
            html`
              <a href="#${id}">${name}</a>
            `
          )}</nav>
        </header>
        <main>
    ${sections.map(({ body }) => body)}</main>
        ${new Html(`<script>${SORTING}</script>`)}
      </body>
    </html>
  `;
}

const SORTING = `for (const head of document.querySelectorAll("th")) {
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
const SORTING_SOURCE = `sha256-${createHash("sha256").update(SORTING).digest("base64")}`;
