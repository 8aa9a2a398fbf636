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

/** Effects of tracing the residual stream. */
function traced({ layers }: ModelSize): ChartSpec {
  let n = 0;
  const rows = ["foil", "caption"].flatMap((negation) =>
    ["correct", "incorrect"].flatMap((segment) =>
      [0, ...upTo(layers)].flatMap((layer) =>
        ROLES.map((role, i) => ({
          ...{ negation, segment, n: 214, site: "resid", direction: "denoise", layer },
          ...{ role, ...i < 3 ? { cte: 0, cte_low: 0, cte_high: 0 } : estimate("cte", ++n) },
        }))
      )
    )
  );
  return traceMap(rows, options);
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
  ]);
}
