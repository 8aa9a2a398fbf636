/** The parts of the image tower, or by each method the nodes of the text tower, that matter most. */

import { groupsOf, roleLabel } from "../../charts/texts.ts";
import { headNote, type NamedHead, nodeText } from "../../tables/nodes.ts";
import type { Finding } from "../../study/experiment/finding.ts";
import { shareText, topShares } from "../../study/effects/ranked.ts";
import type { AblationSummaryRow } from "./tables.ts";
import { type Method, REPLACED_BY } from "./text/options.ts";

export function ablationFindings(rows: readonly AblationSummaryRow[]): Finding {
  const { sentences, table, counts, named } = topShares(rows, {
    title: "Largest shares of d of the image tower's parts",
    unit: "part",
    most: 3,
    nameOf: ({ layer, part }) => `${part} of layer ${layer}`,
    more: ({ n }) => ({ n }),
  });
  const note = "Layers count from 1 here: layer 1 is vision.blocks.0 in hook names.";
  return { sentences, tables: [table], notes: named.length === 0 ? counts : [...counts, note] };
}

const NAMED_NODES = 5;

/**
 * For each method the heads and MLPs with the largest shares of d, and what a set of heads does together. The sentences are of the first method.
 */
export function textAblationFindings(rows: readonly AblationSummaryRow[]): Finding {
  const example = rows.find(({ head }) => head !== undefined);
  const groups = groupsOf(rows, ({ method }) => method);
  const methods = groups.map((group) => methodFinding(group, groups.length > 1));
  return {
    sentences: methods[0]?.sentences ?? [],
    tables: methods.flatMap(({ table }) => table),
    notes: [
      ...methods.flatMap(({ notes }) => notes),
      ...example === undefined ? [] : [headNote(example as NamedHead)],
    ],
  };
}

function methodFinding(rows: readonly AblationSummaryRow[], isOneOfSeveral: boolean) {
  const { method, role } = rows[0]!;
  const where = role === "all" ? "" : ` at tokens of the role ${roleLabel(role)}`;
  const { sentences, table, counts } = topShares(rows.filter(isSingle), {
    title: `Method ${method}: largest shares of d of nodes whose values${where} are replaced by ${
      REPLACED_BY[method as Method]
    } in both sentences${method === "twin" ? " (2: the node alone carries d)" : ""}`,
    unit: "node",
    most: NAMED_NODES,
    nameOf: ({ node }) => nodeText(node),
  });
  const all = rows.filter(({ segment }) => segment === "all");
  const sides = groupsOf(all, ({ negation }) => negation);
  const notes = [
    ...counts,
    ...all.filter(({ layer }) => layer === undefined).map(setNote),
    ...sides.flatMap(withoutNotes),
  ];
  return {
    sentences: sentences.map((sentence) => `${sentence}, by method ${method}`),
    table,
    notes: isOneOfSeveral ? notes.map((note) => `${method}, ${note}`) : notes,
  };
}

export function isSingle({ head, part }: Pick<AblationSummaryRow, "head" | "part">): boolean {
  return head !== undefined || part === "mlp_out";
}

function setNote(row: AblationSummaryRow): string {
  const which = row.node === "heads all" ? "all heads" : row.node;
  return `${row.negation}-negated, ${which} together: share ${shareText(row)}`;
}

function withoutNotes(side: readonly AblationSummaryRow[]): string[] {
  const { negation, method, n, n_without: without } = side[0]!;
  if (without === 0) return [];
  const why = method === "resample"
    ? "no other pair of the data has sentences of the same lengths, or no token has the role"
    : "no token has the role";
  return [`${negation}-negated: ${without} of ${n + without} rows have no effect, since ${why}`];
}
