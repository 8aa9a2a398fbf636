/** A page of sections, complete in one file: readable without its script and without a network. */

import { Html, html } from "./escape.ts";
import { SORTING, SORTING_SOURCE } from "./sorting.ts";
import { STYLE } from "./style.ts";

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
