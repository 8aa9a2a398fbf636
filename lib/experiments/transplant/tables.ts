/** Makes the tables of a transplant. */

import { type Role, ROLES } from "../../data/roles.ts";
import { mean } from "../../stats/quantile.ts";
import type { Steps } from "../../stats/steps.ts";
import type { ShareOfD } from "../../study/effects/shares_of_d.ts";
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

/** Makes all tables, in steps. */
export function* transplantSteps(
  rows: readonly TransplantedRow[],
  { seed, sets }: { readonly seed: number; readonly sets: readonly PartSet[] },
): Steps<TransplantTables> {
  const stackShares: StackShareRow[] = [];
  const layerShares: LayerShareRow[] = [];
  const valueShares: ValueShareRow[] = [];
  const partShares: PartShareRow[] = [];
  const layers = rows.length === 0 ? 0 : rows[0]!.measured.first.length - 2;
  const roles = ROLES.filter((role) =>
    rows.some(({ measured }) => measured.roles.some((own) => own.includes(role)))
  );
  for (const group of shareGroups(rows, { seed })) {
    yield* group.draw();
    const { negation, n, family, accuracyShare } = group;
    const withAccuracy = (of: DOf) => ({
      accuracy: group.rows.filter((row) => of(row) > 0).length / n,
      ...ACCURACY_SHARE.cells(accuracyShare(of)),
    });
    const stacks = family();
    const ofStacks = ORDERS.flatMap((order) =>
      blocksOf(layers).map((blocks) => {
        const of = stackD(order, blocks);
        return { order, blocks, of, share: stacks.add(of) };
      })
    );
    for (const { order, blocks, of, share } of ofStacks) {
      stackShares.push({ negation, order, blocks, n, ...shareCells(share), ...withAccuracy(of) });
    }
    yield;
    const steps = family();
    const ofLayers = Array.from({ length: layers + 2 }, (_, layer) => {
      const [first, last] = [layer, layers + 1 - layer].map((blocks, i) => (
        { after: stackD(ORDERS[i]!, blocks), before: stackD(ORDERS[i]!, blocks - 1) }
      ));
      const both = (part: "after" | "before"): DOf => (row) =>
        (first![part](row) + last![part](row)) / 2;
      const alone = [first!, last!].map(({ after, before }) =>
        family().add(after, before).estimate
      );
      return { layer, alone, share: steps.add(both("after"), both("before")) };
    });
    for (const { layer, alone: [first, last], share } of ofLayers) {
      layerShares.push({ negation, layer, n, ...shareCells(share), first, last });
    }
    yield;
    const values = family();
    const ofValues = Array.from(
      { length: layers + 1 },
      (_, layer) => roles.map((role) => ({ layer, role, share: values.add(valueD(layer, role)) })),
    ).flat();
    for (const { layer, role, share } of ofValues) {
      const n = group.rows.filter(({ measured }) =>
        measured.roles.some((own) => own.includes(role))
      ).length;
      if (n > 0) valueShares.push({ negation, layer, role, n, ...shareCells(share) });
    }
    yield;
    const parts = family();
    const ofSets = sets.map(({ name: set, nodes }, i) => {
      const of: DOf = ({ measured }) => dOf(measured.parts[i]!);
      return { set, nodes: nodes.map(nodeName).join(", "), of, share: parts.add(of) };
    });
    for (const { set, nodes, of, share } of ofSets) {
      partShares.push({ negation, set, nodes, n, ...shareCells(share), ...withAccuracy(of) });
    }
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
        ORDERS.flatMap((order) =>
          blocksOf(layers).map((blocks) =>
            [{ order, blocks }, stackScores(row, order, blocks)] as const
          )
        )
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

/** d with the other model's values at a role's tokens, each by itself; a sentence without the role is as it was. */
function valueD(layer: number, role: Role): DOf {
  return ({ scores, measured: { values, roles } }) => {
    if (!roles.some((own) => own.includes(role))) return scores.d;
    const [caption, foil] = roles.map((own, side) => {
      const unchanged = [scores.s_caption, scores.s_foil][side]!;
      const [first, ...more] = own.flatMap((one, position) =>
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

function shareCells(share: ShareOfD) {
  const { low: simultaneous_low, high: simultaneous_high } = share.simultaneous();
  const { estimate, low: share_low, high: share_high } = share;
  return { share: estimate, share_low, share_high, simultaneous_low, simultaneous_high };
}
