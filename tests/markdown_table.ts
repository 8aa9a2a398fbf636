import { formatted } from "../scripts/dev/docs/pages.ts";

/** A table in Markdown from its lines of cells, the head first; columns after the first can be aligned to the right. */
export async function markdownTable(
  [head, ...body]: readonly (readonly string[])[],
  { right = false }: { readonly right?: boolean } = {},
): Promise<string> {
  const rule = head!.map((_, i) => right && i > 0 ? "--:" : "---");
  return await formatted([head!, rule, ...body].map((cells) => `|${cells.join("|")}|`).join("\n"));
}
