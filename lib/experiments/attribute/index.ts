/** What each part of the text tower writes directly to the end token adds to d. */

import type { Finding } from "../../study/experiment/finding.ts";
import { heatMap } from "../../charts/heat_map.ts";
import { type ChartSpec, modelOf } from "../../charts/spec.ts";
import { groupsOf, ROLE_SIDE, sidesOf, titledSides } from "../../charts/texts.ts";
import { centre, norm } from "../../stats/columns.ts";
import { pearson } from "../../stats/correlation.ts";
import type { Steps } from "../../stats/steps.ts";
import { HEAD_OF_PART, LAYER, PART, ROLE } from "../../study/columns.ts";
import { Effects } from "../../study/effects/effects.ts";
import { simultaneousText, topShares } from "../../study/effects/ranked.ts";
import {
  type ChartContext,
  chartOptions,
  experiment,
  type ScoredMeasurement,
  type TableContext,
} from "../../study/experiment/experiment.ts";
import { count, fillTable, key, optional, type Table, text } from "../../tables/table.ts";
import { numberText } from "../../tables/text_table.ts";
import {
  type MeasuredNeurons,
  NEURONS,
  type PatchedNeuron,
  patchNeurons,
  screenNeurons,
} from "./neurons.ts";
import { type Role, ROLES } from "../../data/align.ts";
import { NegscopeError } from "../../errors/errors.ts";
import { controlOption } from "../../study/controls/control.ts";
import { isNamedShare, largestShares } from "../../study/effects/named_shares.ts";
import { readoutWeights, readReadout, scoreScale } from "../../study/readout.ts";
import { headName } from "../../tables/nodes.ts";
import { toggle } from "../../options/option.ts";
import { SHARE_WORDS, words } from "../words.ts";
import { attributeRows, lastHopHooks, lastHops, type RowAttribution } from "./attribute_rows.ts";

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

const SUMMARY = {
  ...OF_NEURONS.summary,
  ...{ name: "neurons", about: "With `--neurons`: one row for each neuron and group of rows." },
};

function* neuronTables(
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
  const known = new Map(patched.map((own) => [neuronName(own), own]));
  const { summary } = yield* OF_NEURONS.steps(ofMethods, context, (mean) => {
    const { choice, tokens } = known.get(neuronName(mean))!;
    return { choice, tokens };
  });
  const others = shares.flatMap(([negation, own]) => {
    const n = rows.filter(({ scores }) => scores.negation === negation).length;
    const group = { negation, segment: "all", method: "gradient", n, choice: "other" } as const;
    return own.map((share, i) => (
      { ...group, layer: Math.floor(i / width) + 1, neuron: i % width + 1, share }
    )).filter((own) => !known.has(neuronName(own)));
  });
  const neurons = fillTable(SUMMARY, [...summary.rows, ...others]) as unknown;
  return { neurons: neurons as Table<typeof summary.rows[number]> };
}

export type NeuronTables = ReturnType<typeof neuronTables> extends Steps<infer Made> ? Made : never;

function neuronName(
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

function neuronChart(
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
  const [{ r, slope = NaN }, { r: ofOthers }] = fits as [typeof fits[0], typeof fits[0]];
  const isOrdered = fits.every(({ r = NaN }) => r >= 0.9);
  const largest = lines.filter(({ choice }) => choice === "largest");
  const size = (line: Line | undefined) => Math.abs(line?.share ?? 0);
  const neurons = groupsOf(largest, neuronName)
    .map((sides) => Object.fromEntries(sides.map((line) => [line.negation, line])))
    .sort((a, b) => size(b["both"]) - size(a["both"])); // without a share of gamma, as they were chosen
  const drawn = new Set(lines.filter(({ choice }) => choice === "drawn").map(neuronName)).size;
  const rounded = (share: number | undefined) => share && Math.round(1000 * share) / 1000 + 0;
  const ofGamma = neurons.some(({ both }) => both?.share !== undefined)
    ? "gamma, patched and by one gradient, and by side of d"
    : "d by side, patched";
  const { sentences = [], tables = [], notes = [] } = found;
  return {
    ...found,
    sentences: [
      ...topShares(largest, { title: "", unit: "neuron", nameOf: neuronName, ofOneRow }).sentences,
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
          neuron: neuronName(ofSides[0]!),
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

/** The net effects of heads and MLPs, and of what heads read by role. */
export const ATTRIBUTION = new Effects({
  name: "attribution",
  title: "Net direct effects of single parts",
  effect:
    "what the part writes directly to the end token adds to d, less what this adds to the length of the sentence's vector",
  unit: "part",
  about:
    "The effects of the heads and MLPs of a row add up to its d, and those of a head by role to the head's, 0 without tokens of the role.",
  keys: { part: PART, layer: LAYER, head: HEAD_OF_PART, role: optional(ROLE) },
  said: { what: "the net effects of" },
  isApart: ({ role }) => role !== undefined,
  familyOf: ({ role }) => role === undefined ? "parts" : undefined,
  map: {
    asks: "Which heads of MODEL write negation into the score",
    shows: ({ head, role }) => head !== undefined && role === undefined,
  },
});

interface MeasuredAttribution extends RowAttribution {
  /** The role of each position, in both sentences. */
  readonly roles: readonly Role[];
  /** What neurons do, if that was asked for. */
  readonly neurons?: MeasuredNeurons | undefined;
}

type AttributedRow = ScoredMeasurement<MeasuredAttribution>;

/** The lines of all parts, in the order of computation, and those of heads by the role that they read. */
function linesOf(rows: readonly AttributedRow[]) {
  const roles = ROLES.filter((role) => rows.some(({ measured }) => measured.roles.includes(role)));
  const { netHeads = [], netMlps = [] } = rows[0]?.measured ?? {};
  const heads = Array.from({ length: netHeads.length / (netMlps.length || 1) }, (_, i) => i + 1);
  const parts = netMlps.flatMap((_, block) =>
    [...heads, undefined].map((head) => (
      { part: head === undefined ? "mlp" : "head", layer: block + 1, head }
    ))
  );
  const reads = parts.filter(({ head }) => head !== undefined)
    .flatMap((part) => roles.map((role) => ({ ...part, role })));
  return [parts.map((part) => ({ ...part, role: undefined })), reads].map((keys) =>
    rows.map(({ scores, measured }) => ({
      ...{ scores, count: keys.length },
      line: (place: number) => ({ ...keys[place]!, effect: effectOf(measured, keys[place]!) }),
    }))
  );
}

function effectOf(
  { netHeads, netMlps, netSources, roles }: MeasuredAttribution,
  { layer, head, role }: {
    readonly layer: number;
    readonly head: number | undefined;
    readonly role: Role | undefined;
  },
): number {
  if (head === undefined) return netMlps[layer - 1]!;
  const index = (layer - 1) * netHeads.length / netMlps.length + head - 1;
  if (role === undefined) return netHeads[index]!;
  const from = index * roles.length;
  return roles.reduce((sum, own, i) => own === role ? sum + netSources[from + i]! : sum, 0);
}

const DERIVED = ATTRIBUTION.experiment((rows: readonly AttributedRow[]) => linesOf(rows));

type Tables = ReturnType<typeof DERIVED.tables> extends Steps<infer Made>
  ? Made & Partial<NeuronTables>
  : never;

/** The most heads of a side in the map of what they read. */
const HEADS = 8;

export const attribute = experiment({
  name: "attribute",
  summary: "what each head and MLP writes directly into the score difference",
  does:
    "splits d exactly into what each head and MLP writes to the end token, and each head's part by the tokens that it reads.",
  minimalPairs: true,
  takesApart: true,
  options: {
    neurons: toggle(
      "measures each neuron of each MLP by one gradient, and patches the 50 with the largest effects",
    ),
    control: controlOption({ standard: ["determiner"] }),
  },
  needsAllRows: ({ neurons }) =>
    neurons
      ? new NegscopeError("search-sharded", {
        problem: "Cannot choose neurons in a shard",
        reason: "all rows decide which of them are patched",
        fix: "leave out --shard, or --neurons",
      })
      : undefined,
  check: (_, __, { text }) => void scoreScale(text.family),
  hooks: ({ neurons }, layers) => [...lastHopHooks(layers), ...neurons ? [NEURONS] : []],
  weights: ({ neurons }, layers) => [
    ...readoutWeights(layers),
    ...neurons ? Array.from({ length: layers }, (_, block) => `blocks.${block}.mlp.W_out`) : [],
  ],
  measure: async (study, { neurons }, phase): Promise<readonly MeasuredAttribution[]> => {
    const { rows, images } = await study.scoredRows();
    const weights = await readReadout(study.text, study.config.text.layerNormEps);
    const screened = neurons ? await screenNeurons(study, phase) : undefined;
    const found = await attributeRows(study.text, rows, {
      ...{
        weights,
        images,
        ...phase,
        hopsOf: (pairs) => lastHops(study.text, pairs, screened?.values),
      },
      progress: (done, all) =>
        screened ? phase.progress(all + done, 2 * all) : phase.progress(done, all),
    });
    const ofNeurons = screened ? await patchNeurons(study, screened, phase) : [];
    return found.map((parts, row) => (
      { ...parts, roles: rows[row]!.aligned.roles, neurons: ofNeurons[row] }
    ));
  },
  controlOptions: (options) => ({ ...options, neurons: false }),
  ...DERIVED,
  tables: function* (rows: readonly AttributedRow[], context): Steps<Tables> {
    const tables = yield* DERIVED.tables(rows, context);
    if (!context.neurons || context.isGroup) return tables;
    return { ...tables, ...yield* neuronTables(rows, context) };
  },
  findings: (tables: Tables, ofOneRow) =>
    neuronFinding(tables, DERIVED.findings(tables, ofOneRow), ofOneRow),
  charts: (tables: Tables, context) => {
    const { rows } = tables.summary;
    const whole = rows.filter(({ segment }) => segment === "all");
    const strongest = new Map(
      sidesOf(whole.filter(({ head, role }) => head !== undefined && role === undefined))
        .map((side) => [side[0]!.negation, largestShares(side).slice(0, HEADS).map(nameOf)]),
    );
    const placeOf = (row: typeof rows[number]) =>
      strongest.get(row.negation)?.indexOf(nameOf(row)) ?? -1;
    const read = whole.filter((row) => row.role !== undefined && placeOf(row) !== -1)
      .toSorted((a, b) => placeOf(a) - placeOf(b));
    return {
      ...DERIVED.charts(tables, context),
      ...neuronChart(tables, context),
      attribution_roles: ATTRIBUTION.map(read, context, {
        shows: () => true,
        value: {
          field: "share",
          title: "share of d",
          judged: (line) => ({ isNamed: isNamedShare(line) }),
        },
        panels: titledSides,
        asks: "From which tokens these heads of MODEL read it",
        subtitle: "heads with the largest net effects (layer.head), the largest first",
        about:
          "Net effect of heads of each side as a share of the score difference d, by the role of the token that they read from the end token; the cells of a head add up to its share",
        x: { ...ROLE_SIDE, isSlanted: true },
        y: { field: "head", of: nameOf, isOfPanel: true },
      }),
    };
  },
  words: words(...SHARE_WORDS, "direct (attribute)", "effect (attribute)", "gradient"),
});

type Head = { readonly layer?: number; readonly head?: unknown };

function nameOf({ layer, head }: Head): string {
  return headName({ layer: layer!, head: Number(head) });
}
