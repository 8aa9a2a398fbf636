/** attribution_roles.csv: the effects of heads by the role that they read. */

import { HEAD, LAYER, N, NEGATION, SEGMENT_OR_ALL } from "../../study/columns.ts";
import { fillTable, key, type Row, type Table, table, text } from "../../tables/table.ts";
import { type Role, ROLES } from "../../data/align.ts";
import type { StatisticsOptions } from "../../study/clusters.ts";
import { meanEffects, type RowLines } from "../../study/effects/mean_effects.ts";
import { effect, type EffectNames } from "../../study/effects/estimate_columns.ts";
import type { Steps } from "../../stats/steps.ts";
import { type AttributedRow, headsPerBlock } from "./measured.ts";
import type { Segment } from "../../study/rows/score_rows.ts";
import type { Negation } from "../../data/pairs.ts";

const NET = effect(
  "mean_net_effect",
  "net_",
  "Mean of the head's net effect that it reads at the role's tokens, 0 in a row without such tokens; those of a head add up to its mean net effect.",
);

const ATTRIBUTION_ROLES = table(
  "attribution_roles",
  "One row for each head, role that it reads, and group of rows.",
  {
    negation: NEGATION,
    segment: SEGMENT_OR_ALL,
    layer: LAYER,
    head: HEAD,
    role: key(text<Role>("The role of the token that the head reads from the end token.")),
    n: N,
    ...NET.columns,
  },
);

/** A row of attribution_roles.csv: what one head reads at one role. */
export type RoleEffectRow = Row<
  { negation: Negation; segment: Segment | "all"; role: Role },
  "layer" | "head" | "n",
  EffectNames<"mean_net_effect", "net_">
>;

type RoleEffect = Pick<RoleEffectRow, "layer" | "head" | "role"> & { readonly net_effect: number };

export function* roleEffects(
  rows: readonly AttributedRow[],
  options: StatisticsOptions,
): Steps<Table<RoleEffectRow>> {
  const present = new Set(rows.flatMap(({ measured }) => measured.roles));
  const roles = ROLES.filter((role) => present.has(role));
  const means = yield* meanEffects(rows.map((row) => roleLines(row, roles)), {
    effects: { net: ({ net_effect }) => net_effect },
    ...options,
  });
  return fillTable(
    ATTRIBUTION_ROLES,
    means.map(({ negation, segment, n, line: { layer, head, role }, means: { net } }) => ({
      negation,
      segment,
      layer,
      head,
      role,
      n,
      ...NET.cells(net),
    })),
  );
}

function roleLines(
  { scores, measured }: AttributedRow,
  roles: readonly Role[],
): RowLines<RoleEffect> {
  const positions = measured.roles.length;
  const heads = headsPerBlock(measured);
  const line = (place: number): RoleEffect => {
    const index = Math.floor(place / roles.length);
    const role = roles[place % roles.length]!;
    return {
      layer: Math.floor(index / heads) + 1,
      head: index % heads + 1,
      role,
      net_effect: measured.roles.reduce(
        (sum, other, i) => other === role ? sum + measured.netSources[index * positions + i]! : sum,
        0,
      ),
    };
  };
  return { scores, count: measured.heads.length * roles.length, line };
}
