/** The nodes of the text tower that matter most, in small tables for a terminal. */

import { roleLabel } from "../../../charts/roles.ts";
import { groupsOf } from "../../../charts/spec.ts";
import { largestNamed, LEAST_NAMED } from "../../../subject/effects/noise.ts";
import { headNote, type NamedHead } from "../../../tables/head_names.ts";
import type { Reads } from "../../../tables/schema.ts";
import { intervalText, linesTable, numberText } from "../../../tables/text_table.ts";
import { wrapText } from "../../../tables/wrap_text.ts";
import { byChanceText, isTested, sideCountText } from "../../side_count.ts";
import type { AblationSummaryRow } from "../tables.ts";
import { REPLACED_BY } from "./method_texts.ts";
import type { Method } from "./options.ts";

/** The columns of ablation_summary.csv that the text reads. */
export type TextAblationLine = Reads<
  AblationSummaryRow,
  | "negation"
  | "segment"
  | "node"
  | "method"
  | "role"
  | "layer"
  | "head"
  | "part"
  | "n"
  | "n_without"
  | "mean_effect"
  | "low"
  | "high"
>;

/** The number of nodes listed for each side. */
const NAMED_NODES = 5;

/** The number of blocks and attention outputs named for each side. */
const NAMED_WHOLES = 3;

const TITLE = "Largest effects on d of the text tower's nodes";

/**
 * Lists for each method the heads and MLPs with the largest effects on d, of either sign, whose intervals exclude 0; the largest of whole
 * attention outputs and blocks; and what a set of heads does together.
 *
 * @param rows Rows of ablation_summary.csv.
 */
export function textAblationFindings(rows: readonly TextAblationLine[]): string {
  const all = rows.filter(({ segment }) => segment === "all");
  const example = all.find(({ head }) => head !== undefined);
  const methods = groupsOf(all, ({ method }) => method);
  if (methods.length === 0) return `${TITLE}: not tested\n`;
  return [
    methods.map(methodText).join("\n"),
    example === undefined ? "" : headNote(example as NamedHead),
  ].join("");
}

function methodText(rows: readonly TextAblationLine[]): string {
  const { method, role } = rows[0]!;
  const where = role === "all" ? "" : ` at tokens of the role ${roleLabel(role)}`;
  const title =
    `${TITLE}, method ${method}: their values${where} are replaced in both sentences by ${
      REPLACED_BY[method as Method]
    }`;
  const sides = groupsOf(rows, ({ negation }) => negation).map((side) => {
    const single = side.filter(isSingle);
    return { side, single, found: largestNamed(single) };
  });
  const lines = sides.flatMap(({ found }) => found.slice(0, NAMED_NODES)).map((row) => ({
    negated: row.negation,
    n: row.n,
    node: row.node,
    effect: row.mean_effect,
    "95 % interval": intervalText(row),
    "the node": row.mean_effect! > 0 ? "adds to d" : "takes away from d",
  }));
  const isNone = sides.some(({ single }) => single.length > 0) && lines.length === 0;
  const none = rows.filter(isSingle).some(isTested)
    ? `: none of ${LEAST_NAMED} or more whose 95 % interval excludes 0`
    : ": not tested";
  return [
    `${wrapText(`${title}${isNone ? none : ""}`)}\n`,
    lines.length === 0 ? "" : linesTable(lines),
    ...sides.map(({ single, found }) => single.length === 0 ? "" : countText(single, found.length)),
    ...sides.map(({ side }) => wholesText(side)),
    ...rows.filter(({ layer }) => layer === undefined).map(setText),
    ...sides.map(({ side }) => withoutText(side)),
  ].join("");
}

/** Whether a node is a single head or MLP. */
function isSingle({ head, part }: TextAblationLine): boolean {
  return head !== undefined || part === "mlp_out";
}

/** Whether a node is a whole attention output or a whole block. */
function isWhole(row: TextAblationLine): boolean {
  return row.layer !== undefined && !isSingle(row);
}

function countText(single: readonly TextAblationLine[], found: number): string {
  const { negation } = single[0]!;
  const tested = single.filter(isTested).length;
  const chance = byChanceText(tested);
  return sideCountText({ negation, unit: "node", tested, found, most: NAMED_NODES, chance });
}

function wholesText(side: readonly TextAblationLine[]): string {
  const wholes = side.filter(isWhole);
  if (wholes.length === 0) return "";
  const found = largestNamed(wholes);
  const names = found.slice(0, NAMED_WHOLES).map((row) => `${row.node} ${withInterval(row)}`);
  const tested = wholes.filter(isTested).length;
  const listed = tested > 0
    ? `${found.length} of ${tested} have an effect${
      names.length === 0 ? "" : `, the largest ${names.join(", ")}`
    }`
    : "not tested";
  const text = `${side[0]!.negation}-negated, whole attention outputs and blocks: ${listed}`;
  return `${wrapText(text)}\n`;
}

function setText(row: TextAblationLine): string {
  const which = row.node === "heads all" ? "all heads" : row.node;
  const effect = row.mean_effect === undefined ? "unknown" : withInterval(row);
  return `${wrapText(`${row.negation}-negated, ${which} together: effect ${effect}`)}\n`;
}

function withoutText(side: readonly TextAblationLine[]): string {
  const { negation, method, n, n_without: without } = side[0]!;
  if (without === 0) return "";
  const why = method === "resample"
    ? "no other pair of the data has sentences of the same lengths, or no token has the role"
    : "no token has the role";
  return `${
    wrapText(`${negation}-negated: ${without} of ${n + without} rows have no effect, since ${why}`)
  }\n`;
}

function withInterval(row: TextAblationLine): string {
  const bounds = intervalText(row);
  const effect = numberText(row.mean_effect!, 3);
  return bounds === "" ? effect : `${effect} (${bounds})`;
}
