/** The tables of many models. */

import { numberOrNone } from "../../study/columns.ts";
import { count, fillTable, key, optional, type RowOf, table, text } from "../../tables/schema.ts";
import type { AnyTable, Columns } from "../../tables/table.ts";
import type { ModelLine } from "./model_line.ts";
import { type Curve, CURVES } from "./role_curves.ts";

const MODEL = {
  model: key(text("The model: its name in a study, or that of its folder.")),
  data: optional(key(text("The name of the data in a study."))),
  seed: key(count("The seed of its runs.")),
} as const;

const withInterval = (name: string, unit: string, definition: string): Columns => ({
  [name]: numberOrNone(unit, definition),
  [`${name}_low`]: numberOrNone(unit, "Lower bound of its 95 % interval."),
  [`${name}_high`]: numberOrNone(unit, "Upper bound of the same."),
});

const whole = (unit: string, definition: string) => optional(count(definition, unit));

export const CONTRAST_MODELS = table(
  "contrast_models",
  "Of many models: one line a model, from whichever experiments its folder holds, over all rows of both sides.",
  {
    ...MODEL,
    random_weights: whole(
      "",
      "The seed of the random weights, if the model has these: it is a baseline.",
    ),
    layers: whole("blocks", "Blocks of the text tower."),
    ...withInterval(
      "accuracy",
      "share",
      "As in summary.csv of the scores, or in accuracy.csv of a benchmark.",
    ),
    ...withInterval("mean_d", "logit", "Mean d."),
    ...withInterval(
      "eot_layer",
      "",
      "The peak of the end token: the layer at which its share of d rises most above that of the layer before, with the percentiles of samples of clusters, rounded outwards.",
    ),
    negator_share: optional(text("The negator's share of d by layer, from the embeddings on.")),
    heads: whole(
      "heads",
      "Heads that certainly look at the negator more than at its twin, on either side: `above_baseline` of heads.csv is at least .05, and its simultaneous interval lies above 0.",
    ),
    heads_beyond_control: whole("heads", "Of these, those beyond the control `random`."),
    control_heads: whole(
      "heads",
      "Of these, those for which the nearest control shows at least as much.",
    ),
    circuit_nodes: whole("nodes", "Nodes of the circuit that brings about .9 of d."),
    ...withInterval("faithfulness", "share of d", "What this circuit brings about."),
    random_faithfulness: numberOrNone(
      "share of d",
      "The random baseline: the mean of random circuits of the same make-up.",
    ),
    ...withInterval(
      "cpr",
      "",
      "Area under the faithfulness of the circuit's ranking; without a circuit, of the best one.",
    ),
    ...withInterval("cmd", "", "Area under |1 - faithfulness| of the same."),
    missing: optional(text("What the folder does not hold, and the experiment that measures it.")),
  },
);

export const CONTRAST_LAYERS = table(
  "contrast_layers",
  "Of many models: one row for each curve and layer.",
  {
    ...MODEL,
    curve: key(
      text<Curve>(
        "Which share of d is held: by the `negator`, by the tokens `between` it and the end, or by the end token, `eot`.",
      ),
    ),
    layer: key(count("The layer; 0 for the embeddings.")),
    depth: numberOrNone(
      "",
      "The layer divided by the number of blocks, so that models of any depth can be compared.",
    ),
    value: numberOrNone("", "The share of d, over all rows of both sides."),
    low: numberOrNone("", "Lower bound of its 95 % interval."),
    high: numberOrNone("", "Upper bound of the same."),
  },
);

export function placeOf({ model: { name, data, seed } }: ModelLine) {
  return { model: name, data, seed };
}

export function modelsTable(lines: readonly ModelLine[]): AnyTable {
  return fillTable(
    CONTRAST_MODELS,
    lines.map((line) => {
      const random = line.model.runs[0]?.manifest.options["random-weights"];
      const cells = Object.entries(line.measures).flatMap(([name, { value, low, high }]) => [
        [name, value],
        ...`${name}_low` in CONTRAST_MODELS.columns
          ? [[`${name}_low`, low], [`${name}_high`, high]]
          : [],
      ]);
      return {
        ...placeOf(line),
        random_weights: random === undefined ? undefined : Number(random),
        layers: line.layers,
        ...Object.fromEntries(cells),
        missing: line.missing.length === 0 ? undefined : line.missing.join(", "),
      };
    }),
  );
}

export type LayerPoint = RowOf<typeof CONTRAST_LAYERS>;

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
