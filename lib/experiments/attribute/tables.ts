/** The tables of direct attribution: what each part adds to d in every row, and on average. */

import {
  HEAD,
  ID,
  LAYER,
  N,
  NEGATION,
  ROLE,
  SEGMENT,
  SEGMENT_OR_ALL,
} from "../../study/columns.ts";
import {
  count,
  fillOnRequest,
  fillTable,
  key,
  number,
  optional,
  table,
  text,
} from "../../tables/schema.ts";
import type { Column, Row, Table } from "../../tables/table.ts";
import { effect, type EffectNames } from "../../study/effects/estimate_columns.ts";
import type { StatisticsOptions } from "../../study/clusters.ts";
import { linesOf, meanEffects } from "../../study/effects/mean_effects.ts";
import type { Steps } from "../../stats/steps.ts";
import { type AttributedRow, type Component, headsPerBlock, partLines } from "./measured.ts";
import { type RoleEffectRow, roleEffects } from "./role_effects.ts";
import { type WaterfallRow, waterfallSteps } from "./waterfall.ts";
import type { Segment } from "../../study/rows/score.ts";
import type { Negation } from "../../data/pairs.ts";
import type { Role } from "../../data/roles.ts";

const COMPONENT: Column<Component> = key(text(
  "`token_embedding` or `position_embedding` of the end token, `head`, `attention_bias` (of a block's attention output), `mlp` (bias included), or `norm`: what comes from the different lengths of the two sentences' vectors. Embeddings and biases are the same in both sentences and have exactly 0.",
));

const PART_COLUMNS = {
  component: COMPONENT,
  layer: optional(key(count("The block's number from 1; empty for embeddings and norm."))),
  head: optional(key(count("The head's number from 1; of heads only."))),
} as const;

const ATTRIBUTION = table(
  "attribution",
  "One row for each row of the data and part of the text tower.",
  {
    id: ID,
    negation: NEGATION,
    segment: SEGMENT,
    ...PART_COLUMNS,
    effect: number(
      "logit",
      "What the part writes directly to the end token adds to d; the effects of a row add up to d.",
    ),
    net_effect: number(
      "logit",
      "The effect with the part's share of the norm's, which has 0 here; the net effects of a row add up to d too.",
    ),
  },
);

/** A row of attribution.csv: one part of one row of the data. */
export type AttributionRow = Row<
  { component: Component; id: string; negation: Negation; segment: Segment },
  "effect" | "net_effect",
  "layer" | "head"
>;

const ATTRIBUTION_SOURCES = table(
  "attribution_sources",
  "One row for each row of the data, head and position that the head reads from the end token.",
  {
    id: ID,
    negation: NEGATION,
    segment: SEGMENT,
    layer: LAYER,
    head: HEAD,
    position: key(count("The position from 0, in both sentences.")),
    role: ROLE,
    token: text("The token of the negated sentence at the position."),
    effect: number(
      "logit",
      "The part of the head's effect that it reads at the position, bias of the values included; those of a head add up to its effect.",
    ),
    net_effect: number(
      "logit",
      "The same part of the head's net effect; those of a head add up to it.",
    ),
  },
);

/** A row of attribution_sources.csv: what one head reads at one position. */
export type AttributionSourceRow = Row<
  { id: string; negation: Negation; segment: Segment; role: Role; token: string },
  "layer" | "head" | "position" | "effect" | "net_effect"
>;

const EFFECT = effect(
  "mean_effect",
  "",
  "Mean effect; the mean effects of a group add up to its mean d.",
  { meanOf: { table: "attribution", column: "effect" } },
);

const NET = effect("mean_net_effect", "net_", "Mean net effect; they add up to the mean d too.", {
  meanOf: { table: "attribution", column: "net_effect" },
  control: {},
});

export const ATTRIBUTION_SUMMARY = table(
  "attribution_summary",
  "One row for each part and group of rows.",
  {
    negation: NEGATION,
    segment: SEGMENT_OR_ALL,
    ...PART_COLUMNS,
    n: N,
    ...EFFECT.columns,
    ...NET.columns,
  },
);

/** A row of attribution_summary.csv: one part in a group of rows. */
export type AttributionSummaryRow = Row<
  { component: Component; negation: Negation; segment: Segment | "all" },
  "n",
  "layer" | "head" | EffectNames<"mean_net_effect", "net_"> | EffectNames<"mean_effect", "">
>;

export type AttributionTables = {
  readonly attribution: Table<AttributionRow>;
  readonly sources: Table<AttributionSourceRow>;
  readonly summary: Table<AttributionSummaryRow>;
  readonly waterfall: Table<WaterfallRow>;
  readonly roles: Table<RoleEffectRow>;
};

export function* attributionSteps(
  rows: readonly AttributedRow[],
  { seed, cluster }: StatisticsOptions,
): Steps<AttributionTables> {
  const parts = rows.map(partLines);
  const means = yield* meanEffects(parts, {
    effects: { part: ({ effect }) => effect, net: ({ net_effect }) => net_effect },
    seed,
    cluster,
  });
  const summary = means.map(({ negation, segment, n, line, means }): AttributionSummaryRow => {
    const { component, layer, head } = line;
    const { part, net } = means;
    return {
      negation,
      segment,
      component,
      layer,
      head,
      n,
      ...EFFECT.cells(part),
      ...NET.cells(net),
    };
  });
  return {
    attribution: fillOnRequest(ATTRIBUTION, () =>
      parts.values().flatMap((part) => {
        const { id, negation, segment } = part.scores;
        return linesOf(part).map((line): AttributionRow => ({ id, negation, segment, ...line }));
      })),
    sources: fillOnRequest(ATTRIBUTION_SOURCES, () => rows.values().flatMap(sourceRows)),
    summary: fillTable(ATTRIBUTION_SUMMARY, summary),
    waterfall: yield* waterfallSteps(rows, { seed, cluster }),
    roles: yield* roleEffects(rows, { seed, cluster }),
  };
}

/** The effects of all heads of a row by the position that they read, in the order layer, head, position. */
export function* sourceRows({ scores, measured }: AttributedRow): Generator<AttributionSourceRow> {
  const { id, negation, segment } = scores;
  const { roles, tokens, sources, netSources } = measured;
  const heads = headsPerBlock(measured);
  for (const [i, effect] of sources.entries()) {
    const position = i % roles.length;
    const head = Math.floor(i / roles.length);
    yield {
      id,
      negation,
      segment,
      layer: Math.floor(head / heads) + 1,
      head: head % heads + 1,
      position,
      role: roles[position]!,
      token: tokens[position]!,
      effect,
      net_effect: netSources[i]!,
    };
  }
}
