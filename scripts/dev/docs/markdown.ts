/** Markdown in the form that `deno fmt` gives it. */

const WIDTH = 100; // of deno.json
const UNBROKEN = /(?:`[^`]*`|[^\s`])+(?: [-+*](?= ))?/g; // a word, or code with its spaces; no line begins like an item of a list

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

/** A table as `deno fmt` aligns it, from its lines of cells, the head first; columns after the first can be aligned to the right. */
export function alignedTable(
  lines: readonly (readonly string[])[],
  { right = false }: { readonly right?: boolean } = {},
): string {
  const widths = lines[0]!.map((_, i) => Math.max(3, ...lines.map((line) => line[i]!.length)));
  const isRight = (i: number) => right && i > 0;
  const rule = widths.map((width, i) =>
    isRight(i) ? `${"-".repeat(width - 1)}:` : "-".repeat(width)
  );
  const [head, ...body] = lines;
  return [head!, rule, ...body].map((line) => {
    const cells = line.map((cell, i) => cell[isRight(i) ? "padStart" : "padEnd"](widths[i]!));
    return `| ${cells.join(" | ")} |`;
  }).join("\n");
}

/** The anchor that GitHub gives a heading. */
export function anchor(heading: string): string {
  return heading.toLowerCase().replace(/[^\w -]/g, "").replaceAll(" ", "-");
}
