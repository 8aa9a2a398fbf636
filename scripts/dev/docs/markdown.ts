/** Markdown in the form that `deno fmt` gives it. */

const WIDTH = 100; // of deno.json
const UNBROKEN = /(?:`[^`]*`|[^\s`])+/g; // a word, or code with its spaces

/**
 * Breaks a paragraph into lines.
 *
 * @param options The bullet before the first line; further lines are indented by its width. @default {""}
 */
export function wrapped(text: string, { bullet = "" }: { readonly bullet?: string } = {}): string {
  const indent = " ".repeat(bullet.length);
  const lines: string[] = [];
  let line = bullet;
  let isEmpty = true;
  for (const [word] of text.matchAll(UNBROKEN)) {
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = indent;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line].join("\n");
}

/** The anchor that GitHub gives a heading. */
export function anchor(heading: string): string {
  return heading.toLowerCase().replace(/[^\w -]/g, "").replaceAll(" ", "-");
}
