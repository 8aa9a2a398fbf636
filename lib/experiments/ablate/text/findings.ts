/** The nodes of the text tower that matter most, in small tables for a terminal. */

import { roleLabel } from "../../../charts/roles.ts";
import { groupsOf } from "../../../charts/spec.ts";
import { largestShares, noneNamedText } from "../../../study/effects/named_shares.ts";
import { headNote, type NamedHead } from "../../../tables/head_names.ts";
import type { Reads } from "../../../tables/schema.ts";
import { numberText } from "../../../tables/text_table.ts";
import { wrapText } from "../../../tables/wrap_text.ts";
import { namedParts, simultaneousText } from "../../named_parts.ts";
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
  | "share"
  | "simultaneous_low"
  | "simultaneous_high"
>;

/** The number of nodes listed for each side. */
const NAMED_NODES = 5;

/** The number of blocks and attention outputs named for each side. */
const NAMED_WHOLES = 3;

const TITLE = "Largest shares of d of the text tower's nodes";

/**
 * Lists for each method the heads and MLPs with the largest shares of d; the largest of whole attention outputs and blocks; and what a set
 * of heads does together.
 *
 * @param rows Rows of ablation_summary.csv.
 */
export function textAblationFindings(rows: readonly TextAblationLine[]): string {
  const example = rows.find(({ head }) => head !== undefined);
  const methods = groupsOf(rows, ({ method }) => method);
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
    }${method === "twin" ? " (a share of 2: the node alone carries d)" : ""}`;
  const all = rows.filter(({ segment }) => segment === "all");
  const sides = groupsOf(all, ({ negation }) => negation);
  const single = rows.filter(isSingle);
  return [
    single.length === 0 ? `${wrapText(title)}\n` : namedParts(single, {
      ...{ title, unit: "node", most: NAMED_NODES },
      nameOf: ({ node }) => ({ node }),
    }).text,
    ...sides.map(wholesText),
    ...all.filter(({ layer }) => layer === undefined).map(setText),
    ...sides.map(withoutText),
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

function wholesText(side: readonly TextAblationLine[]): string {
  const wholes = side.filter(isWhole);
  if (wholes.length === 0) return "";
  const found = largestShares(wholes);
  const names = found.slice(0, NAMED_WHOLES).map((row) => `${row.node} ${shareText(row)}`);
  const listed = found.length === 0
    ? noneNamedText(wholes)
    : `${found.length} of ${wholes.length} have a share, the largest ${names.join(", ")}`;
  const text = `${side[0]!.negation}-negated, whole attention outputs and blocks: ${listed}`;
  return `${wrapText(text)}\n`;
}

function setText(row: TextAblationLine): string {
  const which = row.node === "heads all" ? "all heads" : row.node;
  return `${wrapText(`${row.negation}-negated, ${which} together: share ${shareText(row)}`)}\n`;
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

function shareText(row: TextAblationLine): string {
  if (row.share === undefined) return "unknown";
  const bounds = simultaneousText(row);
  const share = numberText(row.share, 3);
  return bounds === "" ? share : `${share} (${bounds})`;
}
