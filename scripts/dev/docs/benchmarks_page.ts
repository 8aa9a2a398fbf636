/** The table of docs/benchmarks.md that follows from the code: what a constant model gets on each set. */

import { constantRows } from "../../../lib/benchmark/constant_table.ts";
import { alignedTable } from "./markdown.ts";

const BEGIN = "<!-- constant model -->";
const END = "<!-- /constant model -->";

/** The page with its table written anew. */
export function withConstantModel(page: string): string {
  const [before, rest = ""] = page.split(BEGIN);
  const [, after = ""] = rest.split(END);
  const figure = (value: number) => value.toFixed(2);
  const table = alignedTable([
    ["set", "`--benchmark`", "options", "`accuracy`", "`accuracy_first`", "`accuracy_published`"],
    ...constantRows().map(({ format, options, accuracy, first, published }) => [
      ...[format.title, `\`${format.name}\``, `${options}`],
      ...[accuracy, first, published].map(figure),
    ]),
  ]);
  return `${before}${BEGIN}\n\n${table}\n\n${END}${after}`;
}
