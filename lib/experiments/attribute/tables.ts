/** The tables of direct attribution: what each part adds to d in every row, and on average. */

import { ID, N, NEGATION, ROLE, SEGMENT, SEGMENT_OR_ALL } from "../../study/columns.ts";
import {
  count,
  fillOnRequest,
  fillTable,
  key,
  number,
  optional,
  type Row,
  type Table,
  table,
  text,
} from "../../tables/table.ts";
import { effect, type EffectNames } from "../../study/effects/estimate_columns.ts";
import type { StatisticsOptions } from "../../study/clusters.ts";
import { linesOf, meanEffects } from "../../study/effects/mean_effects.ts";
import type { Steps } from "../../stats/steps.ts";
import { type AttributedRow, headsPerBlock, partLines } from "./measured.ts";
import { type RoleEffectRow, roleEffects } from "./role_effects.ts";
import type { Segment } from "../../study/rows/score_rows.ts";
import type { Negation } from "../../data/pairs.ts";
import type { Role } from "../../data/align.ts";

const PART = "`head` or `mlp` (bias included)";

const LAYER = key(count("The block's number from 1."));

const HEAD = optional(key(count("The head's number from 1; empty for an MLP.")));

const ATTRIBUTION = table(
  "attribution",
  "One row for each row of the data and part of the text tower, and for each position that a head reads from the end token.",
  {
    id: ID,
    negation: NEGATION,
    segment: SEGMENT,
    component: key(text<Component>(
      `${PART}; \`read\`, what a head reads at one position, which adds up to the head; \`token_embedding\` and \`position_embedding\` of the end token, \`attention_bias\`, which are the same in both sentences and have exactly 0; or \`norm\`: what comes from the different lengths of the two sentences' vectors.`,
    )),
    layer: optional(LAYER),
    head: HEAD,
    position: optional(key(count("The position from 0 that the head reads, in both sentences."))),
    role: optional(ROLE),
    token: optional(text("The token of the negated sentence at the position.")),
    effect: number(
      "logit",
      "What the part writes directly to the end token adds to d; with the norm's, the effects of the parts of a row add up to d.",
    ),
    net_effect: number(
      "logit",
      "The effect with the part's share of the norm's, which has 0 here; the net effects of the parts of a row add up to d too.",
    ),
  },
);

/** A part, or what a head reads at a position. */
export type Component =
  | "token_embedding"
  | "position_embedding"
  | "head"
  | "attention_bias"
  | "mlp"
  | "norm"
  | "read";

/** A row of attribution.csv: one part of one row of the data, or one position that a head reads. */
export type AttributionRow =
  & Row<
    { component: Component; id: string; negation: Negation; segment: Segment },
    "effect" | "net_effect",
    "layer" | "head" | "position"
  >
  & { readonly role: Role | undefined; readonly token: string | undefined };

const NET = effect(
  "mean_net_effect",
  "net_",
  "Mean net effect; those of a group add up to its mean d.",
  {
    meanOf: { table: "attribution", column: "net_effect" },
    control: {},
  },
);

export const ATTRIBUTION_SUMMARY = table(
  "attribution_summary",
  "One row for each head or MLP and group of rows.",
  {
    negation: NEGATION,
    segment: SEGMENT_OR_ALL,
    component: key(text<"head" | "mlp">(`${PART}.`)),
    layer: LAYER,
    head: HEAD,
    n: N,
    ...NET.columns,
  },
);

/** A row of attribution_summary.csv: one part in a group of rows. */
export type AttributionSummaryRow = Row<
  { component: "head" | "mlp"; negation: Negation; segment: Segment | "all" },
  "n" | "layer",
  "head" | EffectNames<"mean_net_effect", "net_">
>;

export type AttributionTables = {
  readonly attribution: Table<AttributionRow>;
  readonly summary: Table<AttributionSummaryRow>;
  readonly roles: Table<RoleEffectRow>;
};

export function* attributionSteps(
  rows: readonly AttributedRow[],
  { seed, cluster }: StatisticsOptions,
): Steps<AttributionTables> {
  const parts = rows.map(partLines);
  const means = yield* meanEffects(parts, {
    effects: { net: ({ net_effect }) => net_effect },
    seed,
    cluster,
  });
  const summary = means.flatMap(({ negation, segment, n, line, means }) => {
    const { component, layer, head } = line;
    return component === "head" || component === "mlp"
      ? [{ negation, segment, component, layer: layer!, head, n, ...NET.cells(means.net) }]
      : [];
  });
  const none = { position: undefined, role: undefined, token: undefined };
  return {
    attribution: fillOnRequest(ATTRIBUTION, function* () {
      for (const [row, part] of parts.entries()) {
        const { id, negation, segment } = part.scores;
        for (const line of linesOf(part)) yield { id, negation, segment, ...line, ...none };
        yield* readRows(rows[row]!);
      }
    }),
    summary: fillTable(ATTRIBUTION_SUMMARY, summary),
    roles: yield* roleEffects(rows, { seed, cluster }),
  };
}

/** The effects of all heads of a row by the position that they read, in the order layer, head, position. */
export function* readRows({ scores, measured }: AttributedRow): Generator<AttributionRow> {
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
      component: "read",
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
