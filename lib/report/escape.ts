/** HTML templates that escape everything that comes from data. */

import { Buffer } from "node:buffer";
import { visibleText } from "../errors.ts";

/** A piece of HTML. */
export class Html {
  /** Its source. */
  readonly source: string;

  /**
   * Takes HTML as it is, for text that the kit itself wrote and never for data.
   *
   * @param source The HTML.
   */
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

/** The bytes of a piece of HTML in a file. */
export function htmlBytes({ source }: Html): number {
  return Buffer.byteLength(source);
}

/** A text of the data, cut if it is longer than a number of characters: a page must stay small whatever the data hold. */
export function clipped(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}…`;
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
