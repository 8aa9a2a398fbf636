/** What a benchmark finds once its embeddings are made: tables, charts and their text. */

import {
  accuracyTable,
  choicesTable,
  groupsInParts,
  setRows,
  sharesOf,
} from "../../benchmark/accuracy.ts";
import {
  accuracyChart,
  accuracyFindings,
  recallChart,
  retrievalFindings,
  setsFinding,
} from "../../benchmark/findings.ts";
import { optionCount, optionOf, pictureKey } from "../../benchmark/choice.ts";
import {
  captionsOf,
  retrievalRanks,
  retrievalSummary,
  retrievalTable,
} from "../../benchmark/retrieval.ts";
import { nounOf } from "../../benchmark/text_scorers.ts";
import type { ChartSpec } from "../../charts/spec.ts";
import type { Finding } from "../../study/experiment/finding.ts";
import type { Stopwatch } from "../../study/experiment/stopwatch.ts";
import type { AnyTable } from "../../tables/table.ts";
import type { RunIdentity } from "../folder/identity_difference.ts";
import type { RunSettings } from "../run_experiment.ts";
import type { Embedded } from "./embed.ts";
import type { BenchmarkInputs } from "./inputs.ts";
import type { BenchmarkTask } from "./task.ts";

export interface Found {
  readonly tables: readonly AnyTable[];
  readonly charts: readonly (readonly [
    name: string,
    draw: (options: { sources: RunIdentity["sources"]; clusters: string }) => ChartSpec,
  ])[];
  readonly findings: readonly Finding[];
}

export function choicesOutcome(
  { choices, format }: BenchmarkInputs,
  { embedded, random, score, task, seed }: {
    readonly embedded: Embedded;
    readonly random: Embedded | undefined;
    readonly score: (text: Float32Array, image: Float32Array) => number;
    readonly task: BenchmarkTask;
    readonly seed: number;
  },
): Found {
  const scoresBy = ({ sentences, pictures, rule }: Embedded) =>
    choices.map((choice) =>
      Float64Array.from({ length: optionCount(choice) }, (_, option) => {
        const { sentence, picture } = optionOf(choice, option);
        const shown = picture === undefined
          ? sentences.get(choice.query!)!
          : pictures.get(pictureKey(picture))!;
        return rule?.score(sentence, shown, { score, embeddings: sentences }) ??
          score(sentences.get(sentence)!, shown);
      })
    );
  const scores = scoresBy(embedded);
  const clusters = choices.map((choice) =>
    task.cluster === "noun" ? nounOf(choice) : choice.pictures[0]?.image ?? choice.query!
  );
  const { published = false } = task;
  const how = { rule: format.rule, published, seed, random: random && scoresBy(random) };
  const known = sharesOf(choices, scores, how);
  const accuracy = accuracyTable(choices, scores, { ...how, clusters }, known);
  const inParts = groupsInParts(choices, known);
  const sets = setRows(choices, known, seed);
  const withSets = { ...accuracy, rows: [...accuracy.rows, ...sets] };
  return {
    tables: [choicesTable(choices, scores), withSets],
    charts: [["accuracy", (options) => accuracyChart(accuracy.rows, options)]],
    findings: [
      accuracyFindings(accuracy.rows, { format, inParts }),
      setsFinding(sets),
    ],
  };
}

export async function retrievalOutcome(
  { retrieval, images: found }: BenchmarkInputs,
  { embedded, random, task: { unnormalised = false, published = false }, settings, stopwatch }: {
    readonly embedded: Embedded;
    readonly random: Embedded | undefined;
    readonly task: BenchmarkTask;
    readonly settings: Pick<RunSettings, "bar">;
    readonly stopwatch: Stopwatch;
  },
): Promise<Found> {
  const { images, captions } = captionsOf(retrieval, (image) => found?.paths.get(image) ?? image);
  const imageOf = captions.map(({ image }) => image);
  const ranksBy = async ({ pictures, sentences }: Embedded, phase: string) => {
    using bar = settings.bar?.(phase);
    const ranks = await stopwatch.measure(phase, () =>
      retrievalRanks({
        images: images.map((image) => pictures.get(image)!),
        captions: captions.map(({ item, place }) => sentences.get(item.captions[place]!)!),
        imageOf,
        unnormalised,
      }, bar?.report));
    return retrievalTable(retrieval, ranks);
  };
  const table = await ranksBy(embedded, "ranks");
  const randomTable = random && await ranksBy(random, "ranks random");
  const how = { imageOf, random: randomTable?.rows, published };
  const summary = retrievalSummary(table.rows, how);
  return {
    tables: [table, summary],
    charts: [["recall", (options) => recallChart(summary.rows, options)]],
    findings: [
      retrievalFindings(summary.rows, { repeated: retrieval.length - images.length }),
    ],
  };
}
