/** Sums of effects by side, segment, direction, layer, head and role: what the averages of trace.csv are made from. */

import { type EffectRow, forEachEffect } from "./effects.ts";
import type { Role } from "../../data/roles.ts";
import type { Negation } from "../../data/pairs.ts";
import type { Segment } from "../../study/rows/score.ts";
import type { Direction } from "./direction.ts";
import type { Site } from "./cells.ts";
import type { Steps } from "../../stats/steps.ts";

/** What is summed for a role in a cell, by the row's place in its group. */
export interface RoleSums {
  /** Effects of the row's tokens, plus 1 if it has a token of the role: 0 for none. */
  readonly tokens: Uint16Array;
  /** Weighted sums of the row's effects, in logits. */
  readonly effect: Float64Array;
  readonly weight: Float64Array;
}

/** The effects of one direction on the rows of one side and segment. */
export interface TracedGroup {
  readonly site: Site;
  readonly direction: Direction;
  readonly negation: Negation;
  /** The segment, or all rows of the side. */
  readonly segment: Segment | "all";
  /** The place of each row of the data. */
  readonly places: Map<string, number>;
  readonly present: Set<Role>;
  /** The roles' sums by layer and head, in the order of their first effect. */
  readonly cells: Map<number, Map<number | undefined, Map<Role, RoleSums>>>;
}

/** A group's key among all groups. */
export function groupKey(
  { negation, segment, direction }: Pick<TracedGroup, "negation" | "segment" | "direction">,
): string {
  return `${negation},${segment},${direction}`;
}

/** Sums the effects of every group: first its rows and roles are found, then tokens are counted, then effects are added. */
export function* sumEffects(effects: Iterable<EffectRow>): Steps<Map<string, TracedGroup>> {
  const groups = new Map<string, TracedGroup>();
  const groupOf = (row: EffectRow) => groups.get(groupKey(row));
  yield* forEachEffect(effects, (row) => {
    const { site, direction, negation, segment, id, role } = row;
    const group = groupOf(row) ?? {
      site,
      direction,
      negation,
      segment,
      places: new Map(),
      present: new Set<Role>(),
      cells: new Map(),
    };
    if (group.places.size === 0) groups.set(groupKey(row), group);
    if (!group.places.has(id)) group.places.set(id, group.places.size);
    group.present.add(role);
  });
  yield* forEachEffect(effects, (row) => {
    const group = groupOf(row)!;
    const { tokens } = sumsOf(group, row);
    const place = group.places.get(row.id)!;
    if (tokens[place] === 0) tokens[place] = 1;
    if (row.effect !== undefined) tokens[place]!++;
  });
  yield* forEachEffect(effects, (row) => {
    if (row.effect === undefined) return;
    const group = groupOf(row)!;
    const sums = sumsOf(group, row);
    const place = group.places.get(row.id)!;
    const weight = isByToken(row.role) ? 1 : 1 / (sums.tokens[place]! - 1);
    sums.effect[place]! += weight * row.effect;
    sums.weight[place]! += weight;
  });
  return groups;
}

/** Puts the groups of a side together. */
export function wholeSide(groups: readonly TracedGroup[]): TracedGroup {
  const [{ site, direction, negation }] = groups as [TracedGroup];
  const size = groups.reduce((sum, { places }) => sum + places.size, 0);
  const side: TracedGroup = {
    site,
    direction,
    negation,
    segment: "all",
    places: new Map(),
    present: new Set(),
    cells: new Map(),
  };
  for (const { places, present, cells } of groups) {
    const first = side.places.size;
    for (const [id, place] of places) side.places.set(id, first + place);
    for (const role of present) side.present.add(role);
    for (const [layer, byHead] of cells) {
      const heads = entry(side.cells, layer, () => new Map());
      for (const [head, ofRole] of byHead) {
        const roles = entry(heads, head, () => new Map());
        for (const [role, added] of ofRole) {
          const sums = entry(roles, role, () => emptySums(size));
          sums.tokens.set(added.tokens, first);
          sums.effect.set(added.effect, first);
          sums.weight.set(added.weight, first);
        }
      }
    }
  }
  return side;
}

/** As in the paper, all further tokens count equally; for other roles, all rows do. */
export function isByToken(role: Role): boolean {
  return role === "subject_further";
}

function sumsOf({ cells, places }: TracedGroup, { layer, head, role }: EffectRow): RoleSums {
  const byHead = entry(cells, layer, () => new Map());
  return entry(entry(byHead, head, () => new Map()), role, () => emptySums(places.size));
}

function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

export function emptySums(rows: number): RoleSums {
  return {
    tokens: new Uint16Array(rows),
    effect: new Float64Array(rows),
    weight: new Float64Array(rows),
  };
}

/** The rows with a token of a role, those with an effect of it, and the effects. */
export function countTokens(tokens: Uint16Array) {
  const counted = { rows: 0, rowsWithEffect: 0, effects: 0 };
  for (const count of tokens) {
    if (count > 0) counted.rows++;
    if (count > 1) counted.rowsWithEffect++;
    if (count > 1) counted.effects += count - 1;
  }
  return counted;
}
