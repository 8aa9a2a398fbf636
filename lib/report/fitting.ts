/** Parts of a page in the bytes that it has for them. */

import { type Html, htmlBytes } from "./escape.ts";

/** The forms that a part of a page may take, the fullest first. */
export type Forms = readonly (() => Html)[];

/** What fits into some bytes. */
export interface Fitted {
  /** The parts, in their order. */
  readonly parts: readonly Html[];
  /** The number of parts after these, for which there is no room. */
  readonly others: number;
}

/**
 * Gives each part the fullest form that fits: first all in their smallest forms, then in their order the fuller ones for which there is room.
 *
 * @param most The most bytes of all parts together.
 */
export function fitting(items: readonly Forms[], most: number): Fitted {
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
  return { parts, others: items.length - parts.length };
}
