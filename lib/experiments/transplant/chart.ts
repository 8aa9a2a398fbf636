/** The charts of a transplant: the curve of the stack in both orders, and the map of single values. */

import { heatMap } from "../../charts/heat_map.ts";
import { lines } from "../../charts/lines.ts";
import { ROLE_SIDE } from "../../charts/texts.ts";
import type { ChartOptions, ChartSpec } from "../../charts/spec.ts";
import { isNamedShare } from "../../study/effects/named_shares.ts";
import type { TransplantSummaryRow } from "./schemas.ts";

interface Point {
  readonly panel: "d" | "accuracy";
  readonly order: string;
  readonly blocks: number | undefined;
  readonly share: number | undefined;
  readonly low: number | undefined;
  readonly high: number | undefined;
}

/** Draws the shares of d and of accuracy by the number of the other model's blocks, over all rows. */
export function stackCurve(
  rows: readonly TransplantSummaryRow[],
  options: ChartOptions,
): ChartSpec {
  const all = rows.filter(({ negation, kind }) =>
    negation === "all" && (kind === "first" || kind === "last")
  );
  const points = all.flatMap((row): Point[] => {
    const { number: blocks, share, share_low: low, share_high: high } = row;
    const order = `${row.kind} blocks`;
    const accuracy = {
      share: row.accuracy_share,
      low: row.accuracy_share_low,
      high: row.accuracy_share_high,
    };
    return [
      { panel: "d", order, blocks, share, low, high },
      { panel: "accuracy", order, blocks, ...accuracy },
    ];
  });
  return lines(points, {
    ...options,
    title: "Blocks of another model",
    subtitle: `-1: the model itself; the last: the other model${
      points.some(({ low }) => low !== undefined) ? "" : "; too few clusters for intervals"
    }`,
    about:
      `What share of the difference between two models returns when the first or the last blocks are the other model's. Order "first blocks": 0 exchanges the embeddings, k the first k blocks as well; order "last blocks": 0 exchanges the final norm and the projection, k the last k blocks as well. Of the score difference d and, if it changes, of accuracy`,
    columns: 1,
    panels: (points) =>
      (["d", "accuracy"] as const).filter((panel) =>
        points.some((point) => point.panel === panel && point.share !== undefined)
      ).map((panel) => ({
        title: panel === "d" ? "score difference d" : "accuracy",
        rows: points.filter((point) => point.panel === panel),
      })),
    x: "blocks",
    y: { field: "share", low: "low", high: "high", title: "share of the change" },
    hasBands: true,
    series: "order",
    xTitle: "blocks from the other model",
    levels: [0, 1],
  });
}

/** Draws the share of d that the other model's value brings about at each layer and role, over all rows. */
export function valueMap(rows: readonly TransplantSummaryRow[], options: ChartOptions): ChartSpec {
  const values = rows.filter(({ negation, kind }) => negation === "all" && kind === "value")
    .map((row) => ({ ...row, layer: row.number!, role: row.role! }));
  return heatMap(values, {
    ...options,
    title: "Values of another model",
    subtitle: "layer 0: embeddings",
    about:
      "What share of the change in the score difference d from one model to the other returns when the residual stream of the other model at one token is put into the model's runs of both sentences, after each block; of a role with several tokens the mean",
    panels: (rows) => rows.length === 0 ? [] : [{ title: "all rows", rows }],
    x: "layer",
    y: ROLE_SIDE,
    value: {
      ...{ field: "share", low: "share_low", high: "share_high" },
      judged: (row) => ({ isNamed: isNamedShare(row) }),
    },
  });
}
