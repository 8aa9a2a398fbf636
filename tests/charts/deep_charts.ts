/** The committed charts of every kind, and maps of large models, as a challenge to the layout. */

import type { ChartSpec } from "../../lib/charts/spec.ts";
import { traceMap as typedTraceMap } from "../../lib/experiments/trace/chart.ts";
import { KNOCKOUT } from "../../lib/experiments/knockout/index.ts";
import { ofSomeColumns, SOURCES } from "./fixtures.ts";

const SPECS = new URL("../fixtures/specs/", import.meta.url);

/** Every committed chart of the kit by its name. */
export function committedCharts(): ReadonlyMap<string, ChartSpec> {
  return new Map(
    [...Deno.readDirSync(SPECS)].sort((a, b) => a.name < b.name ? -1 : 1).map(({ name }) => [
      name.replace(".vl.json", ""),
      JSON.parse(Deno.readTextFileSync(new URL(name, SPECS))),
    ]),
  );
}

const ROLES = [
  ...["sot", "there", "is_are", "negator"],
  ...["subject_first", "subject_further", "full_stop", "eot"],
];
const traceMap = ofSomeColumns(typedTraceMap);
const options = { sources: SOURCES };

function upTo(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1);
}

/** The size of a text tower. */
interface ModelSize {
  readonly layers: number;
  readonly heads: number;
}

/** A share or an effect with its intervals, the same for the same number; some intervals include 0, and some are empty. */
function estimate(name: "share" | "cte", n: number) {
  const value = Math.sin(12.9898 * n);
  if (Math.abs(value) > 0.9) return { [name]: value };
  return {
    ...{ [name]: value, [`${name}_low`]: value - 0.3, [`${name}_high`]: value + 0.3 },
    ...{ simultaneous_low: value - 0.4, simultaneous_high: value + 0.4 },
  };
}

/** Effects of tracing the residual stream, or heads. */
function traced(
  { layers, heads }: ModelSize,
  { ofHeads = false, directions = ["denoise"] }: {
    readonly ofHeads?: boolean;
    readonly directions?: readonly string[];
  } = {},
): ChartSpec {
  let n = 0;
  const [site, first] = ofHeads ? ["z", 1] as const : ["resid", 0] as const;
  const rows = ["foil", "caption"].flatMap((negation) =>
    ["correct", "incorrect"].flatMap((segment) =>
      directions.flatMap((direction) =>
        upTo(layers + 1 - first).flatMap((layer) =>
          (ofHeads ? upTo(heads) : [undefined]).flatMap((head) =>
            ROLES.map((role, i) => ({
              ...{ negation, segment, n: 214, site, direction, layer: layer - 1 + first, head },
              ...{ role, ...i < 3 ? { cte: 0, cte_low: 0, cte_high: 0 } : estimate("cte", ++n) },
            }))
          )
        )
      )
    )
  );
  return traceMap(rows, options);
}

const BOTH = { directions: ["denoise", "noise"] };

/** The charts of heads that are too wide for a column: those of a trace in both directions. */
export function wideCharts(size: ModelSize): ReadonlyMap<string, ChartSpec> {
  return new Map([["head_map of both directions", traced(size, { ...BOTH, ofHeads: true })]]);
}

/** Maps that grow with the model, by their names. */
export function deepCharts(size: ModelSize): ReadonlyMap<string, ChartSpec> {
  const knocked = ["foil", "caption"].flatMap((negation, side) =>
    upTo(size.layers).flatMap((layer) =>
      upTo(size.heads).map((head) => ({
        ...{ negation, segment: "all", part: "head", layer, head, n: 214 },
        ...estimate("share", 1000 * side + 32 * layer + head),
      }))
    )
  );
  return new Map([
    ["knockout", KNOCKOUT.map(knocked as never, { ...options, seed: 0 })],
    ["trace_map", traced(size)],
    ["trace_map of both directions", traced(size, BOTH)],
    ["head_map", traced(size, { ofHeads: true })],
  ]);
}
