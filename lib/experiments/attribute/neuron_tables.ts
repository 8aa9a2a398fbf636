/** The tables, the chart and the findings of neurons. */

import { heatMap } from "../../charts/heat_map.ts";
import { type ChartSpec, modelOf } from "../../charts/spec.ts";
import { groupsOf, titledSides } from "../../charts/texts.ts";
import { pearson } from "../../stats/correlation.ts";
import type { Steps } from "../../stats/steps.ts";
import { LAYER, NEGATION, numberOrNone } from "../../study/columns.ts";
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
  effect: number("logit", `Mean effect on d to first order: ${TO_FIRST_ORDER}.`),
  share: numberOrNone("", "The share of d that it is; empty if no row's |d| exceeds 1e-4."),
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
  const { width = 0, sides = [], patched = [] } = rows[0]?.measured.neurons?.screen ?? {};
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
      sides.flatMap(({ negation, effects, shares }) =>
        Array.from(effects, (effect, i) => ({
          ...{ negation, layer: Math.floor(i / width) + 1, neuron: i % width + 1, effect },
          share: Number.isNaN(shares[i]) ? undefined : shares[i],
        }))
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
  { neurons, patchedSummary }: NeuronTables,
  context: TableContext & ChartContext,
): ChartSpec {
  const signs = { "above 0": 1, "below 0": -1, "all": 0 };
  const counts = new Map(
    patchedSummary.rows.filter(({ segment }) => segment === "all")
      .map(({ negation, n }) => [`${negation}`, n]),
  );
  const ofLayers = groupsOf([...neurons.rows], ({ negation, layer }) => `${negation} ${layer}`);
  const cells = ofLayers.flatMap((own) => {
    const { negation, layer } = own[0]!;
    return Object.entries(signs).map(([shares, sign]) => ({
      ...{ negation, layer, n: counts.get(negation)!, shares },
      share: own.reduce((sum, { share = 0 }) => sign * share < 0 ? sum : sum + share, 0),
    }));
  });
  const options = chartOptions(context);
  return heatMap(cells, {
    ...options,
    title: `Which MLPs of ${modelOf(options)} have neurons that move d`,
    subtitle: "sums over the neurons of an MLP, to first order",
    about: "Sums of the first-order shares of d of each MLP's neurons, by their sign",
    panels: titledSides,
    x: "layer",
    y: { field: "shares" },
    value: { field: "share", title: "share of d" },
  });
}

/** How alike the effects by gradient and by patching are where those of all neurons can be relied on. */
const ALIKE = 0.9;

/** The patched neurons with the tokens that excite them, and whether one gradient says what patching does. */
export function neuronFinding(
  { patchedSummary }: NeuronTables,
  ofOneRow = false,
) {
  const whole = patchedSummary.rows.filter(({ segment }) => segment === "all");
  const gradient = whole.filter(({ method }) => method === "gradient");
  const lines = whole.filter(({ method }) => method === "exact")
    .map((line, i) => ({ ...line, byGradient: gradient[i]! }));
  const [r, ofOthers] = (["largest", "drawn"] as const).map((choice) => {
    const own = lines.filter((line) => line.choice === choice && line.negation !== "both");
    const effectOf = ({ mean_effect = 0 }: typeof gradient[number]) => mean_effect;
    return pearson(own.map(effectOf), own.map(({ byGradient }) => effectOf(byGradient)));
  });
  const largest = lines.filter(({ choice }) => choice === "largest");
  const ofGamma = largest.some(({ negation, share }) => negation === "both" && share !== undefined);
  const neurons = groupsOf(largest, nameOf).map((sides) => {
    const of = Object.fromEntries(sides.map((line) => [line.negation, line]));
    const { foil = of["caption"], caption = foil, both } = of;
    const size = (line: typeof foil) => Math.abs(line?.share ?? 0);
    const lead = (ofGamma ? both : size(foil) >= size(caption) ? foil : caption)!;
    return { ...{ foil, caption, lead }, size: size(lead) };
  }).sort((a, b) => b.size - a.size);
  const drawn = ofOthers === undefined ? "" : `, and of some others ${numberText(ofOthers, 3)}`;
  return {
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
      title: `The ${neurons.length} neurons with the largest shares of ${
        ofGamma ? "gamma" : "d"
      }, patched, and by one gradient`,
      lines: neurons.map(({ lead, foil, caption }) => ({
        neuron: nameOf(lead),
        ...ofGamma ? { gamma: lead.share } : { negated: lead.negation, share: lead.share },
        simultaneous: simultaneousText(lead),
        gradient: lead.byGradient.share,
        "active at": lead.tokens,
        ...ofGamma && { foil: foil?.share, caption: caption?.share, alpha: lead.alpha },
      })),
    }],
  };
}
