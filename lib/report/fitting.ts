/** Parts of a page in the bytes that it has for them. */

import { type Html, htmlBytes } from "./escape.ts";

/** The forms that a part of a page may take, the fullest first. */
export type Forms = readonly (() => Html)[];

export interface Fitted {
  readonly parts: readonly Html[];
  /** What the page says of the parts after these, for which there is no room. */
  readonly rest: Html | undefined;
}

/** Gives each part the fullest form that fits: first all in their smallest forms, then in their order the fuller ones for which there is room. */
export function fitting(
  items: readonly Forms[],
  most: number,
  restOf: (others: number) => Html | undefined,
): Fitted {
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
