/** The table of many models. */

import { high, low, numberOrNone } from "../../study/columns.ts";
import {
  count,
  fillTable,
  key,
  optional,
  type RowOf,
  type Table,
  table,
  text,
} from "../../tables/table.ts";
import type { ModelLine } from "./model_line.ts";
import { type Curve, CURVES } from "./role_curves.ts";

export const CONTRAST_MODELS = table(
  "contrast_models",
  "Of many models: one row for each measure of a model, from whichever experiments its folder holds, over all rows of both sides; for each layer of a curve.",
  {
    model: key(text("The model: its name in a study, or that of its folder.")),
    data: optional(key(text("The name of the data in a study."))),
    seed: key(count("The seed of its runs.")),
    measure: key(text(
      "`random_weights`: the seed of the random weights of a baseline. `layers`: blocks of the text tower. `accuracy` and `mean_d` as in summary.csv of the scores, or accuracy.csv of a benchmark. `eot_layer`: the layer at which the end token's share of d rises most above that of the layer before, with the percentiles of samples of clusters, rounded outwards. `heads`: those that certainly look at the negator more than at its twin, on either side, by simultaneous intervals and from .05 on; of these `heads_beyond_control` are beyond the control `random`, and for `control_heads` the nearest control shows at least as much. `circuit_nodes`: nodes of the circuit that brings about .9 of d; `faithfulness` is what it brings about, `random_faithfulness` the mean of random circuits of the same make-up. `cpr` and `cmd`: areas under the faithfulness of the circuit's ranking, and under |1 - faithfulness|; without a circuit, of the best ranking. The curves `negator`, `between` and `eot`: the share of d that is held by the negator, by the tokens between it and the end, and by the end token.",
    )),
    layer: optional(key(count("Of a curve, the layer; 0 for the embeddings."))),
    value: numberOrNone("", "The value."),
    low: low(""),
    high: high(""),
  },
);

export function placeOf({ model: { name, data, seed } }: ModelLine) {
  return { model: name, data, seed };
}

export function modelsTable(lines: readonly ModelLine[]): Table<RowOf<typeof CONTRAST_MODELS>> {
  return fillTable(
    CONTRAST_MODELS,
    lines.flatMap((line) => {
      const random = line.model.runs[0]?.manifest.options["random-weights"];
      const measures: ModelLine["measures"] = {
        random_weights: { value: random === undefined ? undefined : Number(random) },
        layers: { value: line.layers },
        ...line.measures,
      };
      const values = Object.entries(measures).flatMap(([measure, { value, low, high }]) =>
        typeof value === "number" ? [{ measure, layer: undefined, value, low, high }] : []
      );
      const curves = layerPoints([line]).map(({ curve: measure, layer, value, low, high }) => (
        { measure, layer, value, low, high }
      ));
      return [...values, ...curves].map((row) => ({ ...placeOf(line), ...row }));
    }),
  );
}

/** A curve at a layer. */
export interface LayerPoint extends ReturnType<typeof placeOf> {
  readonly curve: Curve;
  readonly layer: number;
  /** The layer divided by the number of blocks, so that models of any depth can be compared. */
  readonly depth: number;
  readonly value: number | undefined;
  readonly low: number | undefined;
  readonly high: number | undefined;
}

export function layerPoints(lines: readonly ModelLine[]): LayerPoint[] {
  return lines.flatMap((line) =>
    CURVES.flatMap((curve) => {
      const shares = line.curves?.shares[curve] ?? [];
      return shares.map(({ estimate: value, low, high }, layer) => (
        { ...placeOf(line), curve, layer, depth: layer / (shares.length - 1), value, low, high }
      ));
    })
  );
}
