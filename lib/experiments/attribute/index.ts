/** What each part of the text tower writes directly to the end token adds to d. */

import { ROLE_SIDE, sidesOf, titledSides } from "../../charts/texts.ts";
import { type Role, ROLES } from "../../data/align.ts";
import { NegscopeError } from "../../errors/errors.ts";
import { HEAD_OF_PART, LAYER, PART, ROLE } from "../../study/columns.ts";
import { controlOption } from "../../study/controls/control.ts";
import { Effects } from "../../study/effects/effects.ts";
import { isNamedShare, largestShares } from "../../study/effects/named_shares.ts";
import { experiment, type ScoredMeasurement } from "../../study/experiment/experiment.ts";
import { readoutWeights, readReadout, scoreScale } from "../../study/readout.ts";
import { headName } from "../../tables/nodes.ts";
import { optional } from "../../tables/table.ts";
import { toggle } from "../../options/option.ts";
import type { Steps } from "../../stats/steps.ts";
import { neuronChart, neuronFinding, type NeuronTables, neuronTables } from "./neuron_tables.ts";
import { type MeasuredNeurons, NEURONS, patchNeurons, screenNeurons } from "./neurons.ts";
import { SHARE_WORDS, words } from "../words.ts";
import { attributeRows, lastHopHooks, lastHops, type RowAttribution } from "./attribute_rows.ts";

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
  reads: "text and images",
  runs: "text",
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
