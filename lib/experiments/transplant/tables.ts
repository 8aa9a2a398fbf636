/** Makes the tables of a transplant. */

import { type Role, ROLES } from "../../data/align.ts";
import { mean } from "../../stats/columns.ts";
import type { Steps } from "../../stats/steps.ts";
import { fillOnRequest, fillTable } from "../../tables/table.ts";
import { nodeName } from "../../tables/nodes.ts";
import type { Scores } from "./measure.ts";
import type { PartSet } from "./parts.ts";
import {
  accuracyCells,
  accuracyShareCells,
  changeCells,
  type Order,
  ORDERS,
  shareCells,
  summaryRow,
  TRANSPLANT,
  TRANSPLANT_SUMMARY,
  type TransplantRow,
  type TransplantSummaryRow,
  type TransplantTables,
} from "./schemas.ts";
import { type DOf, dOf, shareGroups, type TransplantedRow } from "./shares.ts";

/** A run of model A with parts of B, and what its line in the summary says of it. */
interface Change {
  readonly cells: Partial<TransplantSummaryRow> & Pick<TransplantSummaryRow, "kind">;
  readonly after: DOf;
  /** The run that it is compared with. @default {A's} */
  readonly before?: DOf;
}

export function* transplantSteps(
  rows: readonly TransplantedRow[],
  { seed, sets }: { readonly seed: number; readonly sets: readonly PartSet[] },
): Steps<TransplantTables> {
  const summary: TransplantSummaryRow[] = [];
  const layers = rows.length === 0 ? 0 : rows[0]!.measured.first.length - 2;
  const hasRole = ({ measured }: TransplantedRow, role: Role) =>
    measured.roles.some((roles) => roles.includes(role));
  const roles = ROLES.filter((role) => rows.some((row) => hasRole(row, role)));
  const stack = ORDERS.flatMap((kind) => blocksOf(layers).map((number) => ({ kind, number })));
  for (const group of shareGroups(rows, { seed })) {
    yield* group.draw();
    const { negation, n, shares, accuracy, accuracyShare } = group;
    const add = (changes: readonly Change[]) => {
      const found = shares(changes);
      summary.push(
        ...changes.map(({ cells }, i) =>
          summaryRow({ negation, n, ...cells, ...shareCells(found[i]!) })
        ),
      );
    };
    add(stack.map((cells) => {
      const after = stackD(cells.kind, cells.number);
      const ofAccuracy = accuracyShareCells(accuracyShare(after));
      return { after, cells: { ...cells, accuracy: accuracy(after).estimate!, ...ofAccuracy } };
    }));
    yield;
    add(Array.from({ length: layers + 2 }, (_, number) => {
      const first = addedBy("first", number);
      const last = addedBy("last", layers + 1 - number);
      const [inFirst, inLast] = [first, last].map((own) => shares([own])[0]!.estimate);
      return {
        cells: { kind: "layer", number, first: inFirst, last: inLast },
        after: (row) => (first.after(row) + last.after(row)) / 2,
        before: (row) => (first.before(row) + last.before(row)) / 2,
      };
    }));
    yield;
    const values = Array.from({ length: layers + 1 }, (_, number) =>
      roles.map((role) => ({
        cells: {
          ...{ kind: "value" as const, number, role },
          n: group.rows.filter((row) => hasRole(row, role)).length,
        },
        after: valueD(number, role),
      })));
    add(values.flat().filter(({ cells }) => cells.n > 0));
    yield;
    add(sets.map(({ name: set, nodes }, i) => {
      const after: DOf = ({ measured }) => dOf(measured.parts[i]!);
      const named = { kind: "part" as const, set, made_of: nodes.map(nodeName).join(", ") };
      return { after, cells: { ...named, accuracy: accuracy(after).estimate! } };
    }));
    summary.push(
      ...towersOf(group.rows[0]!).map(([set], i) => {
        const d: DOf = (row) => dOf(towersOf(row)[i]![1]);
        const [a, b] = group.rows[0]!.measured.names;
        const change = i === 0 ? { estimate: 0, low: 0, high: 0 } : group.accuracyChange(d);
        return summaryRow({
          ...{ negation, kind: "tower", set, made_of: set.startsWith("A") ? a : b, n },
          ...{ ...accuracyCells(accuracy(d)), ...changeCells(change) },
        });
      }),
    );
    yield;
  }
  const transplant = fillOnRequest(TRANSPLANT, function* () {
    for (const row of rows) {
      const { scores: { id }, measured: { values, parts } } = row;
      const runs: (readonly [Partial<TransplantRow>, Scores])[] = [
        ...stack.map((cells) => [cells, stackScores(row, cells.kind, cells.number)] as const),
        ...values.flatMap((at, number) =>
          at.map((s, position) => [{ kind: "value", number, position }, s] as const)
        ),
        ...towersOf(row).map(([set, s]) => [{ kind: "tower", set }, s] as const),
        ...parts.map((s, i) => [{ kind: "part", set: sets[i]!.name }, s] as const),
      ];
      for (const [{ kind, number, position, set }, [caption, foil]] of runs) {
        const s = { s_caption: caption ?? undefined, s_foil: foil ?? undefined };
        yield { id, kind: kind!, number, position, set, ...s };
      }
    }
  });
  return { transplant, summary: fillTable(TRANSPLANT_SUMMARY, summary) };
}

/** The numbers of blocks of a stack, from none to the whole model. */
function blocksOf(layers: number): number[] {
  return layers === 0 ? [] : Array.from({ length: layers + 3 }, (_, i) => i - 1);
}

function stackScores(
  { scores, measured }: TransplantedRow,
  order: Order,
  blocks: number,
): Scores {
  return blocks < 0 ? [scores.s_caption, scores.s_foil] : measured[order][blocks]!;
}

function stackD(order: Order, blocks: number): DOf {
  return (row) => blocks < 0 ? row.scores.d : dOf(stackScores(row, order, blocks));
}

/** A stack with one block more than before. */
function addedBy(order: Order, blocks: number) {
  return { after: stackD(order, blocks), before: stackD(order, blocks - 1) };
}

/** d with the other model's values at a role's tokens, each by itself; a sentence without the role is as it was. */
function valueD(layer: number, role: Role): DOf {
  return ({ scores, measured: { values, roles } }) => {
    if (!roles.some((ofText) => ofText.includes(role))) return scores.d;
    const [caption, foil] = roles.map((ofText, side) => {
      const unchanged = [scores.s_caption, scores.s_foil][side]!;
      const [first, ...more] = ofText.flatMap((one, position) =>
        one === role ? [values[layer]![position]![side]!] : []
      );
      if (first === undefined || more.length === 0) return first ?? unchanged;
      return unchanged + mean([first, ...more].map((s) => s - unchanged))!; // exact where nothing changes
    });
    return caption! - foil!;
  };
}

/** S by the models of the text and the image tower. */
function towersOf(row: TransplantedRow) {
  const { scores: { s_caption, s_foil }, measured: { first, towers } } = row;
  const ofA: Scores[] = [[s_caption, s_foil], first.at(-1)!];
  return (["A", "B"] as const).flatMap((text, i) => [
    [`${text}A`, ofA[i]!] as const,
    ...towers.length === 0 ? [] : [[`${text}B`, towers[i]!] as const],
  ]);
}
