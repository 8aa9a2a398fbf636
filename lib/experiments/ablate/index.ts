/** What each part of the image tower (method of Quantmeyer's thesis), or each node of the text tower, adds to d. */

import { generalRuns } from "../../engine/changes/general_changes.ts";
import { type ChangedRun, patch } from "../../hooks/interventions.ts";
import type { Tensor } from "../../hooks/tensor.ts";
import {
  chartOptions,
  experiment,
  type Phase,
  type ScoredMeasurement,
} from "../../study/experiment/experiment.ts";
import { inParts, oncePerGroup } from "../../study/rows/once_per_group.ts";
import { modelOf } from "../../charts/spec.ts";
import { lines } from "../../charts/lines.ts";
import { firstOfEachImage } from "../../data/pairs.ts";
import type { Role } from "../../data/align.ts";
import { boxOf } from "../../reading/picture.ts";
import { HEAD_OF_PART, LAYER_OF_PART, PART } from "../../study/columns.ts";
import { controlOption } from "../../study/controls/control.ts";
import { Effects } from "../../study/effects/effects.ts";
import type { Study } from "../../study/study.ts";
import type { NodeSizes } from "../../tables/nodes.ts";
import { key, text } from "../../tables/table.ts";
import { METHOD_WORDS, SHARE_WORDS, words } from "../words.ts";
import {
  type AblatedNode,
  ablatedNodes,
  ablateText,
  allPairs,
  checkTextOptions,
  type GivenText,
  hooksOf,
  type Method,
  ONE_SIDED,
  TEXT_OPTIONS,
  type TextChoice,
  textChoice,
  TOWER,
} from "./ablate_text.ts";
import { interactionSentences, measurePairs, type RunPairs } from "./pairs.ts";

const PARTS = ["attn", "mlp"] as const;

const ABLATED: readonly string[] = PARTS.map((part) => `vision.blocks.*.hook_${part}_out`);

/** The most rows in one batch: images and their ablated copies. */
const ROWS_PER_BATCH = 32;

/** An image of the same size, [channel, row, column], with every pixel set to the mean of its channel. */
function flatImage(pixels: Tensor): Tensor {
  const flat = pixels.clone();
  for (let channel = 0; channel < pixels.shape[0]!; channel++) {
    const values = pixels.row(channel).data;
    const sum = values.reduce((total, value) => total + value, 0);
    flat.row(channel).data.fill(sum / values.length);
  }
  return flat;
}

/** The parts of the image tower, in the order layer, part. */
function imageParts(layers: number) {
  return Array.from({ length: layers }, (_, block) => block + 1)
    .flatMap((layer) => PARTS.map((part) => ({ part, layer, head: undefined })));
}

/** What replaces the values of a part of the image tower, or of a node of the text tower. */
export type AblationMethod = "flat" | Method;

/** The effects of parts of a tower. */
export const ABLATION = new Effects({
  name: "ablation",
  title: "Outputs of single parts",
  effect:
    "d minus d with the part's values replaced: in the image tower by those on an image of the mean colour (flat); in the text tower in both sentences by 0 (zero), their mean over all tokens of the same role (mean), those of another pair's sentence of the same kind and length (resample), or those of the pair's other sentence (twin); the latter in the affirmative sentence alone (restore) or in the negated one (remove)",
  unit: "part",
  about:
    "A row without a token of the role, or for `resample` without another pair of the same lengths, has no effect.",
  keys: {
    method: key(text<AblationMethod>(
      "What replaces the part's values (docs/methods/ablation.md): `flat` in the image tower; in the text tower `zero`, `mean`, `resample`, `twin`, `restore` or `remove`.",
    )),
    role: key(text<Role | "all">(
      "The role of the tokens at which values are replaced; `all`: at all positions.",
    )),
    part: PART,
    layer: LAYER_OF_PART,
    head: HEAD_OF_PART,
  },
  exchanges: { method: "twin" },
  familyOf: ({ method }) => ONE_SIDED.has(`${method}`) ? undefined : "",
  said: { more: ({ n }) => ({ n }) },
  isApart: ({ method, head, part }) => method !== "flat" && head === undefined && part !== "mlp",
  map: { asks: "Which heads of MODEL the score needs", shows: ({ head }) => head !== undefined },
});

interface MeasuredAblation extends NodeSizes, Partial<RunPairs> {
  /** d with each part ablated, in the order method, part, and last with each pair of parts; null where there is none. */
  readonly ablated: readonly (number | null)[];
}

type Given = GivenText & { readonly tower: "image" | "text" };

/** The lines of all parts by each method, and those of pairs; all rows are of one model. What is of one sentence, and pairs, have intervals of their own. */
function linesOf(rows: readonly ScoredMeasurement<MeasuredAblation>[], { tower, ...given }: Given) {
  const { methods, role, ...kinds } = textChoice(given);
  const cellsOf = (
    method: AblationMethod,
    role: Role | "all",
    parts: readonly Omit<AblatedNode, "values">[],
  ) => parts.map(({ part, layer, head }) => ({ method, role, part, layer, head }));
  const cells = rows.slice(0, 1).flatMap(({ measured }) =>
    tower === "image"
      ? cellsOf("flat", "all", imageParts(measured.layers))
      : methods.flatMap((method) => cellsOf(method, role, ablatedNodes(kinds, measured)))
  );
  const pairs = rows[0]?.measured.pairs?.map((pair) => (
    { ...pair, role: "all" as const, layer: undefined, head: undefined }
  )) ?? [];
  const families = Map.groupBy(
    [...cells, ...pairs].entries(),
    ([place, { method }]) => ONE_SIDED.has(method) ? `${method} ${place < cells.length}` : "",
  );
  return [...families.values()].map((own) =>
    rows.map(({ scores, measured: { ablated } }) => ({
      scores,
      count: own.length,
      line: (i: number) => {
        const [place, cell] = own[i]!;
        const d = ablated[place] ?? undefined;
        return { ...cell, effect: d === undefined ? undefined : scores.d - d };
      },
    }))
  );
}

export const ablate = experiment({
  name: "ablate",
  summary:
    "what each part of the image tower adds to the score difference; `--tower text` ablates the text tower",
  does:
    "replaces what each block of the image tower adds by that on a flat image, or with --tower text what parts of the text tower add by 0, their mean or that of another sentence, and measures what that does to d.",
  runs: ({ tower }) => tower,
  aligns: ({ tower }) => tower === "text",
  options: { tower: TOWER, ...TEXT_OPTIONS, control: controlOption() },
  check: checkTextOptions,
  hooks: ({ tower, ...given }, layers) =>
    tower === "image" ? ABLATED : hooksOf(ablatedNodes(textChoice(given), { layers, heads: 1 })),
  measure: async (study, { tower, ...given }, phase) =>
    tower === "image"
      ? await measureImages(study, phase)
      : await measureText(study, textChoice(given), phase),
  controlOptions: ({ method, ...options }) => {
    const controlled = method?.filter((each) => !ONE_SIDED.has(each));
    return controlled?.length === 0 ? undefined : { ...options, method: controlled };
  },
  ...ABLATION.experiment(linesOf),
  findings: (tables, ofOneRow, rows) => {
    const { leftOut = 0 } = rows?.[0]?.measured ?? {};
    const found = ABLATION.findings(tables.summary.rows, ofOneRow);
    const { sentences = [], notes = [] } = found;
    const note = `Pairs of parts not run, those of the smallest effects: ${leftOut}`;
    return {
      ...found,
      sentences: [...sentences, ...interactionSentences(tables.summary.rows)],
      notes: leftOut === 0 ? notes : [...notes, note],
    };
  },
  charts: ({ summary: { rows, schema } }, { tower, ...context }) => {
    if (tower === "text") {
      const { nodes, role } = textChoice(context);
      const subtitle = `d minus d with the values replaced at ${
        role === "all" ? "all positions" : `tokens of the role ${role}`
      }`;
      return {
        ...nodes.includes("heads") && { ablation: ABLATION.map(rows, context, { subtitle }) },
      };
    }
    const options = chartOptions(context);
    const shown = rows.filter(({ segment }) => segment === "all");
    return {
      ablation: lines({ rows: shown, ...schema && { schema } }, {
        ...options,
        title: `What each part of the image tower of ${modelOf(options)} does to the score`,
        about:
          "Effect of the parts of the image tower as a share of the score difference d, by layer: d minus d with the attention or MLP output of the block replaced by its value on a flat image of the mean colour; sum over rows of sign(d) times this, divided by the sum of |d|",
        ...{ x: "layer", y: { field: "share", title: "share of d" }, series: "part" },
      }),
    };
  },
  words: ({ tower }) =>
    tower === "image"
      ? words(...SHARE_WORDS, "method flat", ...METHOD_WORDS)
      : words(...SHARE_WORDS, "effect (text tower)", "head", ...METHOD_WORDS),
});

/**
 * Ablates every part of the image tower, each in its own run of every image: its output at all positions is replaced with that on the flat
 * image. No result depends on the other images.
 */
async function measureImages(
  study: Study,
  { kept, progress }: Phase,
): Promise<MeasuredAblation[]> {
  const image = await study.image();
  const { tower } = image;
  const { layers, heads } = tower.shape;
  const { scores, sentences } = await study.embeddings.scores();
  const { similarity } = study.text.family; // that of all other scores, whatever files the towers are in
  const firsts = firstOfEachImage(study.pairs);
  const { read } = study.inputs.images!;
  await tower.prepare(ABLATED);
  const runs = imageParts(layers).map(({ layer, part }): ChangedRun => ({
    of: "image",
    changes: [patch(`vision.blocks.${layer - 1}.hook_${part}_out`, { from: "flat" })],
  }));
  const groupOf = async (name: string) => {
    const pixels = await image.pixels(await read(firsts.get(name)!), name, boxOf(name));
    return { sentences: { image: pixels, flat: flatImage(pixels) }, runs };
  };
  const size = Math.max(1, Math.floor(ROWS_PER_BATCH / (1 + runs.length)));
  const found = await oncePerGroup(scores, {
    groupOf: (row) => row.image,
    idOf: ({ id }) => id,
    sizeOf: () => runs.length,
    run: (names) =>
      inParts(names, size, async function* (part) {
        yield* generalRuns(tower, await Promise.all(part.map(groupOf)), {
          input: (images) => image.input(images),
          positionsOf: () => image.positions,
        });
      }),
    score: ({ caption, foil }, embedding) =>
      similarity.score(sentences.get(caption)!, embedding) -
      similarity.score(sentences.get(foil)!, embedding),
    ...{ kept, progress },
  });
  return found.map((ablated) => ({ layers, heads, ablated }));
}

async function measureText(
  study: Study,
  { methods, role, ...kinds }: TextChoice,
  { kept, keptOf, progress, seed }: Phase,
): Promise<MeasuredAblation[]> {
  const { layers, heads } = study.text.tower.shape;
  const { rows, images } = await study.scoredRows();
  const nodes = ablatedNodes(kinds, { layers, heads });
  const found = await ablateText(study.text, rows, {
    ...{ nodes, methods, role, images, seed, kept, progress },
    all: allPairs(study),
  });
  const asked: readonly string[] = [...methods, ...kinds.nodes];
  const isForPairs = [...ONE_SIDED, "heads", "mlps"].every((name) => asked.includes(name)) &&
    role === "all" && study.inputs.choice.shard === undefined; // pairs are chosen by all rows
  if (!isForPairs) return found.map((ablated) => ({ layers, heads, ablated }));
  const { effects, ...chosen } = await measurePairs(study.text, rows, {
    ...{ images, keptOf, progress },
    effectOf: (row, method, part) =>
      rows[row]!.scores.d - found[row]![methods.indexOf(method) * nodes.length + part]!,
  });
  return found.map((own, row) => {
    const ofPairs = effects[row]!.map((effect) => rows[row]!.scores.d - effect);
    return { layers, heads, ...chosen, ablated: [...own, ...ofPairs] };
  });
}
