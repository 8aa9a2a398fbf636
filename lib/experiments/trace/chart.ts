/** The causal-trace map: which token's activation carries the negation at which layer. */

import { type ChartOptions, type ChartSpec, modelOf, type Panel, TIP } from "../../charts/spec.ts";
import {
  drawn,
  greatest,
  groupsInOrder,
  groupsOf,
  ROLE_SIDE,
  sideTitle,
  tipEstimate,
} from "../../charts/texts.ts";
import { type Direction, directionsIn } from "./trace.ts";
import type { TraceRow } from "./tables.ts";
import { isBeforeNegator } from "../../data/align.ts";
import { mean } from "../../stats/columns.ts";
import { heatMap, type HeatMapOptions } from "../../charts/heat_map.ts";
import { mapAxis, type MapSide } from "../../charts/value_map.ts";
import { fixedIn } from "../../study/effects/named_shares.ts";

type TraceCell = Pick<TraceRow, "layer" | "cte"> & {
  readonly role: string;
  readonly head?: number | undefined;
};

/** The rows of each map in the order of the paper's figures, those of both directions beside each other. */
function mapsInOrder(rows: readonly TraceRow[]) {
  const directions = directionsIn(rows);
  return groupsInOrder(rows).flatMap((group) => {
    const title = sideTitle(group, group[0]!.segment);
    if (directions.length < 2) return [{ title, rows: group }];
    return directions.map((direction) => ({
      title: `${title}, ${direction}`,
      rows: group.filter((row) => row.direction === direction),
    })).filter(({ rows }) => rows.length > 0);
  });
}

const MEANINGS: Readonly<Record<Direction, string>> = {
  denoise: "returns when WHAT of the negated sentence is put into the affirmative one",
  noise: "is lost when WHAT of the affirmative sentence is put into the negated one",
};

/**
 * Computes the population standard deviation of the mean effects over the roles from the negator on (paper, figure of the map), for each
 * layer and head. None for a layer where fewer than two of these roles have an effect.
 */
export function spreadOverRoles(cells: readonly TraceCell[]) {
  const carrying = cells.filter(({ role, cte }) => cte !== undefined && !isBeforeNegator(role));
  return groupsOf(carrying, ({ layer, head }) => `${layer} ${head}`).flatMap((place) => {
    if (place.length < 2) return [];
    const { layer, head } = place[0]!;
    const effects = place.map(({ cte }) => cte!);
    const centre = mean(effects)!;
    const variance = mean(effects.map((cte) => (cte - centre) ** 2))!;
    return [{ layer, head, roles: place.length, sd: Math.sqrt(variance) }];
  });
}

/**
 * Draws maps of the causal tracing effect, and below each a strip with each layer's population standard deviation over the roles from
 * the negator on. A full swap gives 1; the colours show no more, so that one outlier does not bleach all other cells. Roles
 * before the negator, where causal attention lets nothing change, are left out.
 */
export function traceMaps<Cell extends TraceCell>(
  cells: readonly Cell[],
  options: NoInfer<Omit<HeatMapOptions<Cell>, "x" | "y" | "panels">> & {
    readonly panels: (
      rows: readonly Cell[],
    ) => readonly { title: string | string[]; rows: readonly Cell[] }[];
  },
): ChartSpec {
  const changing = new Set(
    cells.flatMap(({ cte, role }) => cte === 0 && isBeforeNegator(role) ? [] : [role]),
  );
  const known = cells.filter(({ cte, role }) => cte !== undefined && changing.has(role));
  const largest = greatest(
    options.panels(known).flatMap(({ rows }) => spreadOverRoles(rows).map(({ sd }) => sd)),
  );
  const unit = 10 ** Math.floor(Math.log10(largest)); // a round end, whose half is round too
  const end = drawn([1, 2, 4, 6, 8, 10].find((end) => end * unit >= drawn(largest))! * unit);
  return heatMap(known, {
    ...options,
    x: "layer",
    y: ROLE_SIDE,
    most: 1,
    below: (rows, x) => spreadStrip(spreadOverRoles(rows), { x, end: largest > 0 ? end : 1 }),
  });
}

function spreadStrip(
  spreads: ReturnType<typeof spreadOverRoles>,
  { x, end }: { readonly x: MapSide; readonly end: number },
): Panel {
  return {
    data: {
      values: spreads.map(({ layer, roles, sd }) => ({
        layer,
        sd: drawn(sd),
        tip: `layer ${layer}: SD over ${roles} roles ${tipEstimate(sd)}`,
      })),
    },
    height: 26,
    mark: "bar",
    encoding: {
      x: { ...x, axis: mapAxis("layer") },
      y: {
        field: "sd",
        type: "quantitative",
        title: "SD",
        scale: { domain: [0, end], nice: false },
        axis: { values: [0, drawn(end / 2), end], format: "~g", labelOverlap: false },
      },
      ...TIP,
    },
  };
}

/** Of the largest effect; a role that never reaches this share is left out of maps of heads, such as those before the negator, whose effect is 0. */
const LEAST_SHARE = 0.01;

const SITES = new Map([
  ["resid", "the residual stream after each block (layer 0: embeddings)"],
  ["resid_mid", "the residual stream between attention and MLP"],
  ["attn_out", "the attention output"],
  ["mlp_out", "the MLP output"],
  ["z", "single heads' output (attn.hook_z)"],
]);

/**
 * Draws the mean causal tracing effect as the paper does: one panel per group of rows and direction, token roles down, layers across, and below
 * them, for each layer, the population standard deviation over the roles from the negator on. Of single heads' output (site z) a panel has one
 * map per token role, heads down, and the maps of both directions are beside each other.
 *
 * Ambiguous rows are left out if others are traced: shares of their d, near 0, would take the colours and the numbers from all other cells. The
 * colours are at most from -1 to 1.
 */
export function traceMap(rows: readonly TraceRow[], options: ChartOptions): ChartSpec {
  const known = rows.filter(({ cte }) => cte !== undefined);
  const clear = known.filter(({ segment }) => segment !== "ambiguous");
  const cells = clear.length > 0 ? clear : known;
  const site = cells[0]?.site ?? "";
  const what = SITES.get(site) ?? site;
  const directions = directionsIn(cells);
  const named = directions.join(" and ");
  const { isFixed } = fixedIn(cells);
  const isOfHeads = cells.some(({ head }) => head !== undefined);
  const shown = {
    ...options,
    title: `Where "no" is in ${modelOf(options)}`,
    subtitle: `causal tracing effect (CTE)${["", "denoise"].includes(named) ? "" : `, ${named},` // the direction of the paper goes without saying
    } of ${what}`,
    about: `Means of ${
      directions.map((name) => {
        const meaning = MEANINGS[name].replace(
          "WHAT",
          isOfHeads ? "the head's output at this token" : "one activation",
        );
        const named = directions.length > 1 ? `${name}, ` : "";
        return `${named}the share of the score difference d that ${meaning}`;
      }).join("; ")
    }`,
    panels: mapsInOrder,
    value: {
      ...{ field: "cte", low: "cte_low", high: "cte_high", title: "CTE" } as const,
      judged: (row: TraceRow) => ({ isFixed: isFixed(row) }),
    },
  };
  if (!isOfHeads) {
    const end = cells.some(({ role }) => role === "pooled") ? "the pooled position" : "EOT";
    const bars =
      `bars: population standard deviation (SD) over the roles from the negator to ${end}`;
    const about =
      `${shown.about}. Roles before the negator are left out if it is 0 there in every layer`;
    return traceMaps(cells, { ...shown, about, subtitle: [shown.subtitle, bars] });
  }
  const largest = greatest(cells.map(({ cte }) => Math.abs(cte!)));
  const carrying = new Set(
    cells.filter(({ cte }) => Math.abs(cte!) >= LEAST_SHARE * largest).map(({ role }) => role),
  );
  return heatMap(cells.filter(({ role }) => carrying.has(role)), {
    ...shown,
    about:
      `${shown.about}. Roles whose effect is below a hundredth of the largest at every head are left out`,
    columns: 2 * Math.max(1, directions.length),
    facet: "role",
    x: "layer",
    y: "head",
    most: 1,
  });
}
