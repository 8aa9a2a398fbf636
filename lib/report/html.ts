/** HTML templates that escape everything that comes from data, and parts of a page in the bytes that it has for them. */

import { Buffer } from "node:buffer";
import { visibleText } from "../errors/errors.ts";

export class Html {
  readonly source: string;

  /** Takes HTML as it is, for text that the kit itself wrote and never for data. */
  constructor(source: string) {
    this.source = source;
  }
}

/** A value in a template: HTML as it is, a text or a number to be escaped, a list of these, or nothing. */
export type HtmlValue = Html | string | number | undefined | readonly HtmlValue[];

/** Makes HTML from a template; a value may be the content of an element or of an attribute in double quotes. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  const parts = strings.map((text, i) => i === 0 ? text : sourceOf(values[i - 1]) + text);
  return new Html(parts.join(""));
}

function sourceOf(value: HtmlValue): string {
  if (value === undefined) return "";
  if (value instanceof Html) return value.source;
  return typeof value === "string" || typeof value === "number"
    ? escaped(`${value}`)
    : value.map(sourceOf).join("");
}

/** A table that scrolls where it is too wide; numbers stand at the right. */
export function boxedTable(
  label: string,
  columns: readonly { readonly name: string; readonly isNumber: boolean }[],
  rows: readonly (readonly HtmlValue[])[],
): Html {
  const heads = columns.map(({ name, isNumber }) =>
    isNumber ? html`<th scope="col" class="number">${name}` : html`<th scope="col">${name}`
  );
  const cell = (value: HtmlValue, column: number) =>
    columns[column]!.isNumber ? html`<td class="number">${value}` : html`<td>${value}`;
  return html`
    <div class="box" tabindex="0" role="group" aria-label="${label}">
      <table>
        <thead>
          <tr>${heads}</thead>
    <tbody>
    ${rows.map((row) => html`<tr>${row.map(cell)}\n`)}</tbody></table></div>
  `;
}

export function htmlBytes({ source }: Html): number {
  return Buffer.byteLength(source);
}

/** A text of the data, cut if it has more letters. */
export function clipped(text: string, most: number): Html {
  return html`${
    text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "")}…`
  }`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Characters that cannot be seen become visible, since one that turns the direction of writing would disguise a name. */
function escaped(text: string): string {
  return visibleText(text).replace(/[&<>"']/g, (letter) => ENTITIES[letter]!);
}

/** The forms that a part of a page may take, the fullest first. */
export type Forms = readonly (() => Html)[];

/** Gives each part the fullest form that fits: first all in their smallest forms, then in their order the fuller ones for which there is room. `rest` is what the page says of the parts after these, for which there is no room. */
export function fitting(
  items: readonly Forms[],
  most: number,
  restOf: (others: number) => Html | undefined,
): { readonly parts: readonly Html[]; readonly rest: Html | undefined } {
  let left = most;
  const smallest: Html[] = [];
  for (const forms of items) {
    const part = forms.at(-1)!();
    if (htmlBytes(part) > left) break;
    left -= htmlBytes(part);
    smallest.push(part);
  }
  const parts = smallest.map((part, i) => {
    for (const form of items[i]!.slice(0, -1)) {
      const fuller = form();
      const more = htmlBytes(fuller) - htmlBytes(part);
      if (more > left) continue;
      left -= more;
      return fuller;
    }
    return part;
  });
  const others = items.length - parts.length;
  return { parts, rest: others === 0 ? undefined : restOf(others) };
}
