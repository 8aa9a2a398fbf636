/** Makes the tables of a transplant. */

import { type Role, ROLES } from "../../data/roles.ts";
import { mean } from "../../stats/quantile.ts";
import type { Steps } from "../../stats/steps.ts";
import { rightness } from "../../study/effects/noise.ts";
import { fillOnRequest, fillTable } from "../../tables/schema.ts";
import { nodeName } from "../../tables/nodes.ts";
import type { Scores } from "./measure.ts";
import type { PartSet } from "./parts.ts";
import {
  ACCURACY_SHARE,
  LAYER_SHARES,
  type LayerShareRow,
  type Order,
  ORDERS,
  PART_SHARES,
  PARTS,
  type PartShareRow,
  SHARE,
  STACK,
  STACK_SHARES,
  type StackShareRow,
  TOWERS,
  type TransplantTables,
  VALUE_SHARES,
  VALUES,
  type ValueShareRow,
} from "./schemas.ts";
import { type DOf, dOf, shareGroups, type TransplantedRow } from "./shares.ts";

/** A run of model A with parts of B, and what its line in a table says of it. */
interface Change<Cells> {
  readonly cells: Cells;
  readonly after: DOf;
  /** The run that it is compared with. @default {A's} */
  readonly before?: DOf;
}

export function* transplantSteps(
  rows: readonly TransplantedRow[],
  { seed, sets }: { readonly seed: number; readonly sets: readonly PartSet[] },
): Steps<TransplantTables> {
  const stackShares: StackShareRow[] = [];
  const layerShares: LayerShareRow[] = [];
  const valueShares: ValueShareRow[] = [];
  const partShares: PartShareRow[] = [];
  const layers = rows.length === 0 ? 0 : rows[0]!.measured.first.length - 2;
  const hasRole = ({ measured }: TransplantedRow, role: Role) =>
    measured.roles.some((roles) => roles.includes(role));
  const roles = ROLES.filter((role) => rows.some((row) => hasRole(row, role)));
  const stack = ORDERS.flatMap((order) => blocksOf(layers).map((blocks) => ({ order, blocks })));
  for (const group of shareGroups(rows, { seed })) {
    yield* group.draw();
    const { negation, n, shares, accuracyShare } = group;
    const linesOf = <Cells extends object>(changes: readonly Change<Cells>[]) => {
      const found = shares(changes);
      return changes.map(({ cells }, i) => ({ negation, n, ...cells, ...SHARE.cells(found[i]!) }));
    };
    const accuracyOf = (of: DOf) => ({
      accuracy: mean(group.rows.map((row) => rightness(of(row))))!,
      ...ACCURACY_SHARE.cells(accuracyShare(of)),
    });
    stackShares.push(...linesOf(stack.map(({ order, blocks }) => {
      const after = stackD(order, blocks);
      return { after, cells: { order, blocks, ...accuracyOf(after) } };
    })));
    yield;
    layerShares.push(...linesOf(Array.from({ length: layers + 2 }, (_, layer) => {
      const first = addedBy("first", layer);
      const last = addedBy("last", layers + 1 - layer);
      return {
        cells: { layer, first: shares([first])[0]!.estimate, last: shares([last])[0]!.estimate },
        after: (row) => (first.after(row) + last.after(row)) / 2,
        before: (row) => (first.before(row) + last.before(row)) / 2,
      };
    })));
    yield;
    const values = Array.from(
      { length: layers + 1 },
      (_, layer) =>
        roles.map((role) => ({
          cells: { layer, role, n: group.rows.filter((row) => hasRole(row, role)).length },
          after: valueD(layer, role),
        })),
    );
    valueShares.push(...linesOf(values.flat()).filter((line) => line.n > 0));
    yield;
    partShares.push(...linesOf(sets.map(({ name: set, nodes }, i) => {
      const after: DOf = ({ measured }) => dOf(measured.parts[i]!);
      return { after, cells: { set, nodes: nodes.map(nodeName).join(", "), ...accuracyOf(after) } };
    })));
    yield;
  }
  const made = <Cells extends object>(
    lines: (row: TransplantedRow) => Iterable<readonly [Cells, Scores]>,
  ) =>
    function* () {
      for (const row of rows) {
        for (const [cells, [caption, foil]] of lines(row)) {
          yield {
            id: row.scores.id,
            ...cells,
            s_caption: caption ?? undefined,
            s_foil: foil ?? undefined,
          };
        }
      }
    };
  return {
    stack: fillOnRequest(
      STACK,
      made((row) =>
        stack.map((cells) => [cells, stackScores(row, cells.order, cells.blocks)] as const)
      ),
    ),
    values: fillOnRequest(
      VALUES,
      made(({ measured }) =>
        measured.values.flatMap((at, layer) =>
          at.map((s, position) => [{ layer, position }, s] as const)
        )
      ),
    ),
    towers: fillOnRequest(TOWERS, made(towersOf)),
    parts: fillOnRequest(
      PARTS,
      made(({ measured }) => measured.parts.map((s, i) => [{ set: sets[i]!.name }, s] as const)),
    ),
    stackShares: fillTable(STACK_SHARES, stackShares),
    layerShares: fillTable(LAYER_SHARES, layerShares),
    valueShares: fillTable(VALUE_SHARES, valueShares),
    partShares: fillTable(PART_SHARES, partShares),
  };
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

function towersOf(row: TransplantedRow) {
  const { scores: { s_caption, s_foil }, measured: { first, towers } } = row;
  const ofA: Scores[] = [[s_caption, s_foil], first.at(-1)!];
  return (["A", "B"] as const).flatMap((text, i) => [
    [{ text, image: "A" as "A" | "B" }, ofA[i]!] as const,
    ...towers.length === 0 ? [] : [[{ text, image: "B" as const }, towers[i]!] as const],
  ]);
}
