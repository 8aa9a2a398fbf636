/** The keys of a JSON text as they stand there: of equal keys `JSON.parse` keeps only the last, and it puts whole numbers first. */

export interface RepeatedKey {
  readonly key: string;
  /** How many objects and lists the object lies in. */
  readonly depth: number;
  /** The line where the key stands for the second time, from 1. */
  readonly line: number;
}

export interface JsonKeys {
  /** Those of the outermost object, in the order of the text; none if the text is a list. */
  readonly outermost: readonly string[];
  /** The first key that an object has twice. */
  readonly repeated: RepeatedKey | undefined;
  /** How many objects and lists lie within each other. */
  readonly levels: number;
}

/** Reads the keys of a text that is JSON. */
export function jsonKeys(text: string): JsonKeys {
  const open: (Set<string> | undefined)[] = []; // the keys of each open object; undefined for a list
  let repeated: RepeatedKey | undefined;
  let outermost = new Set<string>();
  let levels = 0;
  let isKey = false; // whether the next text is a key
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    levels = Math.max(levels, open.length);
    if (letter === "{") {
      open.push(new Set());
      if (open.length === 1) outermost = open[0]!;
      isKey = true;
    } else if (letter === "[") {
      open.push(undefined);
      isKey = false;
    } else if (letter === "}" || letter === "]") {
      open.pop();
    } else if (letter === ",") {
      isKey = open.at(-1) !== undefined;
    } else if (letter === '"') {
      const end = endOfText(text, at);
      if (isKey) {
        const keys = open.at(-1)!;
        const inside = text.slice(at + 1, end - 1);
        const key: string = inside.includes("\\") ? JSON.parse(`"${inside}"`) : inside;
        if (keys.has(key)) {
          repeated ??= { key, depth: open.length - 1, line: text.slice(0, at).split("\n").length };
        }
        keys.add(key);
        isKey = false;
      }
      at = end - 1;
    }
  }
  return { outermost: [...outermost], repeated, levels };
}

/** The place after the closing quote of a text that begins at a place. */
function endOfText(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1);; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return end + 1;
  }
}
