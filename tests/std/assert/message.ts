/** Shows values and their differences for failed assertions. */

import { diff, stripVTControlCharacters, styleText } from "node:util";

/** The end of a message: the caller's own words, if there are any. */
export function ending(msg: string | undefined): string {
  return msg ? `: ${msg}` : ".";
}

/** A message without its colours. */
export const plain: (message: string) => string = stripVTControlCharacters;

/** A value in full, with its keys in order. */
export function format(value: unknown): string {
  return Deno.inspect(value, {
    depth: Infinity,
    sorted: true,
    trailingComma: true,
    compact: false,
    iterableLimit: Infinity,
    getters: true,
    strAbbreviateSize: Infinity,
  });
}

/** A text in red, for values that look the same. */
export function red(text: string): string {
  return style("red", text);
}

/** The lines of two values: lines only in the actual value with `-`, lines only in the expected value with `+`. */
export function difference(actual: unknown, expected: unknown): string {
  const areTexts = typeof actual === "string" && typeof expected === "string";
  const [before, after] = areTexts
    ? [textLines(actual), textLines(expected)]
    : [format(actual).split("\n"), format(expected).split("\n")];
  const lines = changes(before, after).map(({ sign, line }) =>
    style(COLORS[sign], `${sign}   ${line}`)
  );
  const heading = `    ${style(["gray", "bold"], "[Diff]")} ${style(["red", "bold"], "Actual")} / ${
    style(["green", "bold"], "Expected")
  }`;
  return ["", "", heading, "", "", ...areTexts ? [lines.join("")] : lines, ""].join("\n");
}

type Sign = "-" | " " | "+";

const COLORS: Readonly<Record<Sign, Style>> = {
  "-": ["red", "bold"],
  " ": "white",
  "+": ["green", "bold"],
};

type Style = Parameters<typeof styleText>[0];

interface Line {
  readonly sign: Sign;
  readonly line: string;
}

/** The lines of both lists. Where they differ, the lines of the longer list come first. */
function changes(before: readonly string[], after: readonly string[]): Line[] {
  const lines: Line[] = [];
  const [first, second]: Sign[] = after.length > before.length ? ["+", "-"] : ["-", "+"];
  let pending: Line[] = [];
  const flush = () => {
    for (const sign of [first, second]) lines.push(...pending.filter((line) => line.sign === sign));
    pending = [];
  };
  for (const [kind, line] of diff(before, after)) {
    const sign = kind === 0 ? " " : kind > 0 ? "-" : "+";
    if (sign !== " ") pending.push({ sign, line });
    else {
      flush();
      lines.push({ sign, line });
    }
  }
  flush();
  return lines;
}

/** The lines of a text with their line ends; control characters are made visible. */
function textLines(text: string): string[] {
  const shown = text
    .replace(/[\\\b\f\t\v]/g, (character) => JSON.stringify(character).slice(1, -1))
    .replaceAll("\\u000b", "\\v")
    .replace(/\r(?!\n)/g, "\\r")
    .replace(/\r?\n/g, (end) => `${JSON.stringify(end).slice(1, -1)}${end}`);
  return `${shown}\n`.match(/[^\n]*\n/g) ?? [];
}

function style(format: Style, text: string): string {
  return Deno.noColor ? text : styleText(format, text, { validateStream: false });
}
