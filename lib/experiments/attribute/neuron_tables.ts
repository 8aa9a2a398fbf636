/** The tables, the chart and the findings of neurons. */

import type { Finding } from "../../study/experiment/finding.ts";
import { heatMap } from "../../charts/heat_map.ts";
import { type ChartSpec, modelOf } from "../../charts/spec.ts";
import { groupsOf, titledSides } from "../../charts/texts.ts";
import { pearson } from "../../stats/correlation.ts";
import type { Steps } from "../../stats/steps.ts";
import { LAYER, NEGATION } from "../../study/columns.ts";
import { Effects } from "../../study/effects/effects.ts";
import { simultaneousText, topShares } from "../../study/effects/ranked.ts";
import {
  type ChartContext,
  chartOptions,
  type ScoredMeasurement,
  type TableContext,
} from "../../study/experiment/experiment.ts";
import { type Column, count, fillOnRequest, key, number, table, text } from "../../tables/table.ts";
import { numberText } from "../../tables/text_table.ts";
import type { MeasuredNeurons, PatchedNeuron } from "./neurons.ts";

const NEURON: Column<number> = key(count(
  "The neuron's number in its MLP from 1; in hook points such as `blocks.4.mlp.hook_post` it counts from 0.",
));

const TO_FIRST_ORDER =
  "the sum over positions of (value in the negated sentence - value in the affirmative one) x gradient of S in the run of the affirmative one";

const NEURONS = table("neurons", "With `--neurons`: one row for each neuron and side.", {
  ...{ negation: NEGATION, layer: LAYER, neuron: NEURON },
  share: number("", `The share of d of its effect to first order: ${TO_FIRST_ORDER}.`),
});

const PATCHED = new Effects({
  name: "patched_neurons",
  title: "Neurons of MLPs",
  effect:
    `what the neuron's values of the negated sentence add to d when they replace those in the run of the affirmative one, at all positions; by method gradient, ${TO_FIRST_ORDER}`,
  unit: "neuron",
  about:
    "With `--neurons`: those with the largest shares of d by gradient, chosen on the same rows, and some of the others.",
  keys: {
    method: key(text<"exact" | "gradient">("`exact`: patched; `gradient`: to first order.")),
    ...{ layer: LAYER, neuron: NEURON },
  },
  beside: {
    choice: text<PatchedNeuron["choice"]>("`largest`, or `drawn` from the others."),
    tokens: text("The tokens at which it is most active in the data, the largest first."),
  },
  hasControl: false,
});

export function* neuronTables(
  rows: readonly ScoredMeasurement<{ readonly neurons?: MeasuredNeurons | undefined }>[],
  context: TableContext,
) {
  const { width = 0, shares = [], patched = [] } = rows[0]?.measured.neurons?.screen ?? {};
  const ofMethods = (["exact", "gradient"] as const).map((method) =>
    rows.map(({ scores, measured }) => ({
      ...{ scores, count: patched.length },
      line: (place: number) => {
        const { layer, neuron } = patched[place]!;
        return { method, layer, neuron, effect: measured.neurons![method][place]! };
      },
    }))
  );
  const { table, summary } = yield* PATCHED.steps(ofMethods, context, (mean) => {
    const { choice, tokens } = patched.find((own) => nameOf(own) === nameOf(mean))!;
    return { choice, tokens };
  });
  const neurons = fillOnRequest(
    NEURONS,
    () =>
      shares.flatMap(([negation, own]) =>
        Array.from(own, (share, i) => (
          { negation, layer: Math.floor(i / width) + 1, neuron: i % width + 1, share }
        ))
      ),
  );
  return { neurons, patchedNeurons: table, patchedSummary: summary };
}

export type NeuronTables = ReturnType<typeof neuronTables> extends Steps<infer Made> ? Made : never;

function nameOf(
  { layer, neuron }: { readonly layer: number; readonly neuron: number },
): string {
  return `mlp ${layer} neuron ${neuron}`;
}

/** Sums of the effects of the neurons of each MLP, to first order: of those above 0, of those below 0, and of all. */
export function neuronChart(
  { neurons, patchedSummary }: Partial<NeuronTables>,
  context: TableContext & ChartContext,
): Readonly<Record<string, ChartSpec>> {
  if (neurons === undefined || patchedSummary === undefined) return {};
  const signs = { "above 0": 1, "below 0": -1, "all": 0 };
  const ofLayers = groupsOf([...neurons.rows], ({ negation, layer }) => `${negation} ${layer}`);
  const cells = ofLayers.flatMap((own) => {
    const { negation, layer } = own[0]!;
    const { n } = patchedSummary.rows.find((row) =>
      row.negation === negation && row.segment === "all"
    )!;
    return Object.entries(signs).map(([shares, sign]) => ({
      ...{ negation, layer, n, shares },
      share: own.reduce((sum, { share }) => sign * share < 0 ? sum : sum + share, 0),
    }));
  });
  const options = chartOptions(context);
  const spec = heatMap(cells, {
    ...options,
    title: `Which MLPs of ${modelOf(options)} have neurons that move d`,
    subtitle: "sums over the neurons of an MLP, to first order",
    about: "Sums of the first-order shares of d of each MLP's neurons, by their sign",
    panels: titledSides,
    x: "layer",
    y: { field: "shares" },
    value: { field: "share", title: "share of d" },
  });
  return { neurons: spec };
}

/** How alike the effects by gradient and by patching are where those of all neurons can be relied on. */
const ALIKE = 0.9;

/** The patched neurons with the tokens that excite them, and whether one gradient says what patching does, before what is `found` of the parts. */
export function neuronFinding(
  { patchedSummary }: Partial<NeuronTables>,
  found: Finding,
  ofOneRow = false,
): Finding {
  if (patchedSummary === undefined) return found;
  const whole = patchedSummary.rows.filter(({ segment }) => segment === "all");
  const gradient = whole.filter(({ method }) => method === "gradient");
  const lines = whole.filter(({ method }) => method === "exact")
    .map((line, i) => ({ ...line, byGradient: gradient[i]! }));
  type Line = typeof lines[number];
  const [r, ofOthers] = (["largest", "drawn"] as const).map((choice) => {
    const own = lines.filter((line) => line.choice === choice && line.negation !== "both");
    const effectOf = ({ mean_effect = 0 }: Line["byGradient"]) => mean_effect;
    return pearson(own.map(effectOf), own.map(({ byGradient }) => effectOf(byGradient)));
  });
  const largest = lines.filter(({ choice }) => choice === "largest");
  const size = (line: Line | undefined) => Math.abs(line?.share ?? 0);
  const neurons = groupsOf(largest, nameOf)
    .map((sides) => Object.fromEntries(sides.map((line) => [line.negation, line])))
    .sort((a, b) => size(b["both"]) - size(a["both"])); // without a share of gamma, as they were chosen
  const drawn = ofOthers === undefined ? "" : `, and of some others ${numberText(ofOthers, 3)}`;
  const { sentences = [], tables = [], notes = [] } = found;
  return {
    ...found,
    sentences: [
      ...topShares(largest, { title: "", unit: "neuron", nameOf, ofOneRow }).sentences,
      ...r === undefined ? [] : [
        `Of the ${neurons.length} largest neurons, r of one gradient and patching is ${
          numberText(r, 3)
        }${drawn}: ${
          r >= ALIKE
            ? "what the gradient says of all neurons can be relied on"
            : "only effects of patched neurons can be relied on"
        }`,
      ],
    ],
    tables: [{
      title:
        `The ${neurons.length} largest neurons: shares of gamma, patched and by one gradient, and by side of d`,
      lines: neurons.map(({ both, foil, caption }) => ({
        neuron: nameOf((foil ?? caption)!),
        ...{ gamma: both?.share, simultaneous: both && simultaneousText(both) },
        ...{ gradient: both?.byGradient.share, "active at": (foil ?? caption)!.tokens },
        ...{ foil: foil?.share, caption: caption?.share, alpha: both?.alpha },
      })),
    }, ...tables],
    notes: [...sentences, ...notes],
  };
}
