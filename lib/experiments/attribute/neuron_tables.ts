/** The tables, the chart and the findings of neurons. */

import type { Finding } from "../../study/experiment/finding.ts";
import { heatMap } from "../../charts/heat_map.ts";
import { type ChartSpec, modelOf } from "../../charts/spec.ts";
import { groupsOf, titledSides } from "../../charts/texts.ts";
import { centre, norm } from "../../stats/columns.ts";
import { pearson } from "../../stats/correlation.ts";
import type { Steps } from "../../stats/steps.ts";
import { LAYER } from "../../study/columns.ts";
import { Effects } from "../../study/effects/effects.ts";
import { simultaneousText, topShares } from "../../study/effects/ranked.ts";
import {
  type ChartContext,
  chartOptions,
  type ScoredMeasurement,
  type TableContext,
} from "../../study/experiment/experiment.ts";
import { count, fillTable, key, optional, type Table, text } from "../../tables/table.ts";
import { numberText } from "../../tables/text_table.ts";
import type { MeasuredNeurons, PatchedNeuron } from "./neurons.ts";

const OF_NEURONS = new Effects({
  name: "neuron_effects",
  title: "Neurons of MLPs",
  effect: "what the neuron adds to d",
  unit: "neuron",
  keys: {
    method: key(text<"exact" | "gradient">(
      "`exact`: its values of the negated sentence replace those in the run of the affirmative one, at all positions; `gradient`: the same to first order, the sum over positions of their difference x gradient of S in that run.",
    )),
    layer: LAYER,
    neuron: key(count(
      "The neuron's number in its MLP from 1; in hook points such as `blocks.4.mlp.hook_post` it counts from 0.",
    )),
  },
  beside: {
    choice: text<PatchedNeuron["choice"] | "other">(
      "Why it is patched: `largest` share of d by gradient on either side, or `drawn` from the rest. `other`: it is not, and has its share by gradient alone.",
    ),
    tokens: optional(text(
      "The words at which a patched neuron is most active in the data, the largest first.",
    )),
  },
  hasControl: false,
});

const NEURONS = {
  ...OF_NEURONS.summary,
  ...{ name: "neurons", about: "With `--neurons`: one row for each neuron and group of rows." },
};

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
  const known = new Map(patched.map((own) => [nameOf(own), own]));
  const { summary } = yield* OF_NEURONS.steps(ofMethods, context, (mean) => {
    const { choice, tokens } = known.get(nameOf(mean))!;
    return { choice, tokens };
  });
  const others = shares.flatMap(([negation, own]) => {
    const n = rows.filter(({ scores }) => scores.negation === negation).length;
    const group = { negation, segment: "all", method: "gradient", n, choice: "other" } as const;
    return own.map((share, i) => (
      { ...group, layer: Math.floor(i / width) + 1, neuron: i % width + 1, share }
    )).filter((own) => !known.has(nameOf(own)));
  });
  const neurons = fillTable(NEURONS, [...summary.rows, ...others]) as unknown;
  return { neurons: neurons as Table<typeof summary.rows[number]> };
}

export type NeuronTables = ReturnType<typeof neuronTables> extends Steps<infer Made> ? Made : never;

function nameOf(
  { layer, neuron }: { readonly layer: number; readonly neuron: number },
): string {
  return `mlp ${layer} neuron ${neuron}`;
}

/** Sums of the effects of the neurons of each MLP, to first order: of those above 0, of those below 0, and of all. */
function sumsOf({ rows }: NeuronTables["neurons"]) {
  const signs = { "above 0": 1, "below 0": -1, "all": 0 };
  const shown = rows.filter(({ negation, segment, method }) =>
    negation !== "both" && segment === "all" && method === "gradient"
  );
  return groupsOf(shown, ({ negation, layer }) => `${negation} ${layer}`).flatMap((own) => {
    const { negation, layer, n } = own[0]!;
    return Object.entries(signs).map(([shares, sign]) => ({
      ...{ negation, layer, n, shares },
      share: own.reduce((sum, { share = 0 }) => sign * share < 0 ? sum : sum + share, 0),
    }));
  });
}

/** What the neurons of the MLP whose sums are largest do together. */
function togetherText(neurons: NeuronTables["neurons"]): string[] {
  const sums = groupsOf(sumsOf(neurons), ({ negation, layer }) => `${negation} ${layer}`)
    .map(([add, take]) => ({ ...add!, add: add!.share, take: -take!.share }));
  const [most] = sums.toSorted((a, b) => b.add + b.take - a.add - a.take);
  return most === undefined || most.add + most.take === 0 ? [] : [
    `Together the neurons of MLP ${most.layer} add ${numberText(most.add, 2)} and take ${
      numberText(most.take, 2)
    } of d where the ${most.negation} is negated`,
  ];
}

export function neuronChart(
  { neurons }: Partial<NeuronTables>,
  context: TableContext & ChartContext,
): Readonly<Record<string, ChartSpec>> {
  if (neurons === undefined) return {};
  const options = chartOptions(context);
  const spec = heatMap(sumsOf(neurons), {
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

/** The patched neurons with the tokens that excite them, and whether one gradient says what patching does, before what is `found` of the parts. */
export function neuronFinding(
  { neurons: table }: Partial<NeuronTables>,
  found: Finding,
  ofOneRow = false,
): Finding {
  if (table === undefined) return found;
  const whole = table.rows.filter(({ segment, choice }) => segment === "all" && choice !== "other");
  const gradient = whole.filter(({ method }) => method === "gradient");
  const lines = whole.filter(({ method }) => method === "exact")
    .map((line, i) => ({ ...line, byGradient: gradient[i]! }));
  type Line = typeof lines[number];
  const effectsOf = (own: readonly Line["byGradient"][]) => own.map((of) => of.mean_effect ?? 0);
  const fits = (["largest", "drawn"] as const).map((choice) => {
    const own = lines.filter((line) => line.choice === choice && line.negation !== "both");
    const [exact, first] = [effectsOf(own), effectsOf(own.map(({ byGradient }) => byGradient))];
    const r = pearson(exact, first);
    return { r, slope: r && r * norm(centre(exact)) / norm(centre(first)) };
  });
  const [{ r, slope = 1 }, { r: ofOthers }] = fits as [typeof fits[0], typeof fits[0]];
  const isOrdered = fits.every(({ r = 0 }) => r >= 0.9);
  const largest = lines.filter(({ choice }) => choice === "largest");
  const size = (line: Line | undefined) => Math.abs(line?.share ?? 0);
  const neurons = groupsOf(largest, nameOf)
    .map((sides) => Object.fromEntries(sides.map((line) => [line.negation, line])))
    .sort((a, b) => size(b["both"]) - size(a["both"])); // without a share of gamma, as they were chosen
  const drawn = new Set(lines.filter(({ choice }) => choice === "drawn").map(nameOf)).size;
  const rounded = (share: number | undefined) => share && Math.round(1000 * share) / 1000 + 0;
  const ofGamma = neurons.some(({ both }) => both?.share !== undefined)
    ? "gamma, patched and by one gradient, and by side of d"
    : "d by side, patched";
  const { sentences = [], tables = [], notes = [] } = found;
  return {
    ...found,
    sentences: [
      ...topShares(largest, { title: "", unit: "neuron", nameOf, ofOneRow }).sentences,
      ...togetherText(table),
      ...r === undefined ? [] : [
        `Of the ${neurons.length} largest neurons, r of one gradient and patching is ${
          numberText(r, 3)
        }: ${
          isOrdered
            ? "the gradient puts neurons in the right order"
            : "only effects of patched neurons can be relied on"
        }`,
        ...ofOthers === undefined
          ? []
          : [`Of ${drawn} others drawn at random, r is ${numberText(ofOthers, 3)}`],
      ],
      ...isOrdered && (slope < 0.8 || slope > 1.25)
        ? [`Sizes by gradient are off: patched, they are ${numberText(slope, 2)} times as large`]
        : [],
    ],
    tables: [{
      title: `The ${neurons.length} largest neurons: shares of ${ofGamma}`,
      lines: neurons.map(({ both, ...sides }) => {
        const ofSides = Object.values(sides);
        return {
          neuron: nameOf(ofSides[0]!),
          ...{ gamma: rounded(both?.share), simultaneous: both && simultaneousText(both) },
          ...{ "active at": ofSides[0]!.tokens, gradient: rounded(both?.byGradient.share) },
          [Object.keys(sides).join(" / ")]: ofSides.map(({ share }) =>
            share === undefined ? "none" : numberText(rounded(share)!, 3)
          ).join(" / "),
          alpha: rounded(both?.alpha),
        };
      }),
    }, ...tables],
    notes: [...sentences, ...notes],
  };
}
