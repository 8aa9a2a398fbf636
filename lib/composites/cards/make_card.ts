/** Makes a card: what an atlas says of a model's negation, in about 5 kB that anyone can check and compute again. */

import { type Atlas, readAtlas } from "../atlas/read_atlas.ts";
import { sentencesOf } from "../atlas/sentences.ts";
import { causesOf, isSpecific, methodOfBoth, pushOf, type Way, waysOf } from "../atlas/way.ts";
import {
  type Card,
  type CardCircuit,
  type CardEstimate,
  type CardPart,
  type CardScores,
  type CardSizes,
  type CardWay,
  checksumOf,
  FORMAT,
} from "./card_files.ts";
import { NegscopeError } from "../../errors/errors.ts";
import { commandOf } from "../../errors/command.ts";
import { CIRCUIT_TABLE } from "../../experiments/circuit/circuit_table.ts";
import { CIRCUIT_SETS } from "../../experiments/circuit/sets.ts";
import { type Manifest, readFinished } from "../../files/manifest.ts";
import { readFinishedParts } from "../parts/parts_folder.ts";
import { type OpenedRun, openRun } from "../../runs/open_run.ts";
import { estimateIn } from "../../study/effects/estimate_columns.ts";
import { BLOCKS_SUMMARY } from "../../study/evaluate/blocks.ts";
import { SUMMARY, type SummaryRow } from "../../study/evaluate/summary.ts";
import { nodeName } from "../../tables/nodes.ts";

type Optional<Names extends string> = { readonly [name in Names]?: number | undefined };

/** Numbers of a card have four digits: two machines may differ in later ones. */
function estimateOf({ value, low, high }: Optional<"value" | "low" | "high">) {
  if (value === undefined || low === undefined || high === undefined) return undefined;
  const rounded = (number: number) => Number(number.toPrecision(4));
  return [rounded(value), rounded(low), rounded(high)] as const;
}

/**
 * Makes the card of a model from the folder of its finished atlas.
 *
 * @throws {NegscopeError} If a folder is no finished atlas or run of `evaluate`, or both are of different models.
 */
export async function makeCard(folder: string, { recipe, controlled }: {
  /** What models that differ only by chance share. @default {none} */
  readonly recipe?: string | undefined;
  /** The folder of a finished run of `evaluate` on controlled pairs. @default {none} */
  readonly controlled?: string | undefined;
} = {}): Promise<Card> {
  const whole = await openRunOf("atlas", folder);
  const { sources: { model: files }, options, seed, versions } = whole.manifest;
  const model = whole.manifest.model!; // an atlas is of one
  const parts = await readFinishedParts(folder, whole.manifest);
  const atlas = readAtlas(parts);
  const evaluated = parts.find(({ name }) => name === "evaluate")!;
  const scores = scoresOf(evaluated);
  if (scores.sides.all === undefined) {
    throw new NegscopeError("rows-too-few", {
      problem: `Cannot make a card from "${folder}"`,
      reason: "its rows are too few for intervals",
      fix: "run the atlas on more sentence pairs",
    });
  }
  const random = options["random-weights"];
  const sizes = ({ layers, heads, width }: CardSizes) => ({ layers, heads, width });
  const content: Omit<Card, "checksum"> = {
    format: FORMAT,
    kit: versions.kit,
    code: versions.code,
    model: {
      name: model.name,
      recipe,
      files: files.map(({ file, sha256 }) => ({ file, sha256 })),
      text: sizes(model.text),
      image: model.image && sizes(model.image),
      random_weights: random === undefined ? undefined : Number(random),
    },
    seed,
    scores,
    controlled: controlled === undefined
      ? undefined
      : await controlledScores(controlled, whole.manifest),
    parts: partsOf(atlas),
    circuit: circuitOf(atlas, parts),
    says: sentencesOf(atlas, model.name).map((text) => `${text}.`),
  };
  return { ...content, checksum: checksumOf(content) };
}

async function openRunOf(task: "atlas" | "evaluate", folder: string): Promise<OpenedRun> {
  const what = task === "atlas" ? "an atlas" : "a run of evaluate";
  const expected = `the folder of ${what}, as ${commandOf(task)} writes it`;
  const { command } = await readFinished(
    folder,
    task === "atlas" ? `${expected}, or a card (.json)` : expected,
  );
  if (command === task) return await openRun(folder);
  throw new NegscopeError("not-comparable", {
    problem: `Cannot make a card from "${folder}"`,
    reason: `it is a run of ${command}`,
    expected,
  });
}

async function controlledScores(folder: string, atlas: Manifest): Promise<CardScores> {
  const run = await openRunOf("evaluate", folder);
  const digestOf = ({ sources: { model } }: Pick<Manifest, "sources">) =>
    model.map(({ sha256 }) => sha256).sort().join();
  if (digestOf(run.manifest) !== digestOf(atlas)) {
    throw new NegscopeError("not-comparable", {
      problem: `Cannot use "${folder}" with the atlas`,
      reason: "its model's files are not those of the atlas",
      fix: "run evaluate on the same model",
    });
  }
  return scoresOf(run);
}

/** The scores of a run that has them. */
function scoresOf({ manifest: { sources, options }, rows }: OpenedRun): CardScores {
  const lines = rows(SUMMARY) as readonly SummaryRow[];
  const columns = SUMMARY.columns;
  const read = (row: SummaryRow | undefined, column: "accuracy" | "mean_d" | "gamma" | "alpha") =>
    row && estimateOf(estimateIn(row, column, columns[column].estimate));
  const sides = (["foil", "caption", "all"] as const).flatMap((side) => {
    const row = lines.find(({ negation }) => negation === side);
    const [accuracy, d] = [read(row, "accuracy"), read(row, "mean_d")];
    return accuracy && d ? [[side, { n: row!.n, accuracy, d }]] : [];
  });
  const both = lines.find(({ negation }) => negation === "both");
  const blocks = rows(BLOCKS_SUMMARY).flatMap((row) => {
    const value = estimateOf(row);
    return value === undefined ? [] : [[row.quantity, value]];
  });
  return {
    data: sources.data.map(({ file, sha256 }) => ({ file, sha256 })),
    protocol: String(options["protocol"]),
    cluster: String(options["cluster"]),
    sides: Object.fromEntries(sides),
    gamma: read(both, "gamma"),
    alpha: read(both, "alpha"),
    blocks: blocks.length === 0 ? undefined : Object.fromEntries(blocks),
  };
}

/** The parts that do something for certain or are in the circuit, layer by layer. */
function partsOf(atlas: Atlas): CardPart[] {
  const { parts } = atlas;
  const method = methodOfBoth(parts);
  const byNode = Map.groupBy(parts, ({ node }) => nodeName(node));
  const ways = waysOf(atlas).map(({ way }) => way);
  return [...byNode].flatMap(([name, all]) => {
    const both = all.find(({ negation }) => negation === "both");
    const acts = all.some((part) => causesOf(part).length > 0 || pushOf(part) !== undefined);
    const way = wayOfPart(name, ways);
    const { inCircuit } = all[0]!;
    if (!acts && !inCircuit && way.length === 0) return [];
    const value = method === undefined ? undefined : both?.values.get(method);
    return [{
      part: name,
      gamma: simultaneous(value),
      alpha: simultaneous(value?.alpha),
      way: way.length === 0 ? undefined : way,
      circuit: inCircuit,
      negation: isSpecific(...all),
    }];
  });
}

function simultaneous(
  of: Optional<"value" | "simultaneousLow" | "simultaneousHigh"> = {},
): CardEstimate | undefined {
  return estimateOf({ value: of.value, low: of.simultaneousLow, high: of.simultaneousHigh });
}

const WAYS = [
  ["readers", "reads"],
  ["passing", "passes"],
  ["writing", "writes"],
  ["against", "against"],
] as const satisfies readonly (readonly [keyof Way, CardWay])[];

/** What a part does on any of the ways. */
function wayOfPart(name: string, ways: readonly Way[]): CardWay[] {
  return WAYS.flatMap(([kind, does]) =>
    ways.some((way) => way[kind].some(({ node }) => nodeName(node) === name)) ? does : []
  );
}

function circuitOf({ circuit, parts }: Atlas, runs: readonly OpenedRun[]): CardCircuit | undefined {
  const row = circuit.find(({ negation }) => negation === "all");
  if (row === undefined) return undefined;
  const { faithfulness, held_out } = CIRCUIT_TABLE.columns;
  const areas = runs.flatMap((run) => run.rows(CIRCUIT_SETS));
  const area = (wanted: "cpr" | "cmd") => {
    const found = areas.find(({ negation, set, measure }) =>
      negation === "all" && set === row.ranking && measure === wanted
    );
    return found && estimateOf(found);
  };
  return {
    parts: row.nodes,
    of: new Set(parts.map(({ node }) => nodeName(node))).size,
    faithfulness: estimateOf(estimateIn(row, "faithfulness", faithfulness.estimate)),
    held_out: estimateOf(estimateIn(row, "held_out", held_out.estimate)),
    cpr: area("cpr"),
    cmd: area("cmd"),
  };
}
