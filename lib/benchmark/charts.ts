/** Charts of a benchmark: accuracy by group beside what is had without looking, and recall. */

import { bars } from "../charts/bars.ts";
import { type ChartOptions, type ChartSpec, OKABE_ITO } from "../charts/spec.ts";
import type { AccuracyRow } from "./accuracy.ts";
import type { RetrievalSummaryRow } from "./retrieval.ts";
import { TEXT_SCORERS } from "./text_scorers.ts";

/** The most groups that a chart shows; a set with more has them in its table. */
const MOST_GROUPS = 24;

const GREY = "#767676";

interface Bar {
  readonly name: string;
  readonly value: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  readonly kind: "model" | "no image read" | "random weights";
  readonly n: number;
}

export function accuracyChart(rows: readonly AccuracyRow[], options: ChartOptions): ChartSpec {
  const [all, ...groups] = rows;
  const shown = groups.slice(0, MOST_GROUPS);
  const { n, chance = NaN, random_weights: random } = all!;
  const drawn: Bar[] = [
    ...[all!, ...shown].map(({ group, by, accuracy, low, high, n }): Bar => ({
      name: by === "all" ? "all rows" : `${by}: ${group}`,
      value: accuracy!,
      low,
      high,
      kind: "model",
      n,
    })),
    ...random === undefined
      ? []
      : [{ name: "random weights", value: random, kind: "random weights" as const, n }],
    ...TEXT_SCORERS.map((name): Bar => (
      { name: name.replaceAll("_", " "), value: all![name], kind: "no image read", n }
    )),
  ];
  return bars(drawn, {
    ...options,
    title: "Accuracy",
    shows:
      "Share of rows whose right option has the largest score; where k options share it, 1/k: the model, on all rows and by group; below it scorers that read the sentences and see no image. The dashed line is chance",
    at: "name",
    value: { field: "value", low: "low", high: "high", title: "accuracy" },
    series: "kind",
    colors: {
      model: OKABE_ITO.blue,
      ...random !== undefined && { "random weights": OKABE_ITO.orange },
      "no image read": GREY,
    },
    valueRange: () => [0, 1],
    valueLines: () => [{ at: chance, dash: [4, 3] }],
  });
}

export function recallChart(
  rows: readonly RetrievalSummaryRow[],
  options: ChartOptions,
): ChartSpec {
  const hasRandom = rows.some(({ random }) => random !== undefined);
  const drawn = rows.filter(({ measure }) => measure !== "median").flatMap((row): Bar[] => {
    const { direction, measure, value, low, high, random, n } = row;
    const wanted = direction === "text_to_image" ? "image of a caption" : "caption of an image";
    const name = `${wanted}, R@${measure.slice(1)}`;
    const model: Bar = { name, value: value!, low, high, kind: "model", n };
    if (random === undefined) return [model];
    return [model, { name: `${name}, random weights`, value: random, kind: "random weights", n }];
  });
  return bars(drawn, {
    ...options,
    title: "Recall",
    shows:
      `Share of captions whose image is among the first 1, 5 and 10 of all images, and of images one of whose captions is among the first of all captions${
        hasRandom ? "; beside each the model with random weights" : ""
      }`,
    at: "name",
    value: { field: "value", low: "low", high: "high", title: "recall" },
    ...hasRandom && {
      series: "kind",
      colors: { model: OKABE_ITO.blue, "random weights": OKABE_ITO.orange },
    },
    valueRange: () => [0, 1],
  });
}
