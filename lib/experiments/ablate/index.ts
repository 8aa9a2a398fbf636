/** What each part of the image tower adds to d (method of Quantmeyer's thesis). */

import { firstOfEachImage } from "../../data/pairs.ts";
import { clustersText } from "../../subject/clusters.ts";
import { experiment } from "../experiment.ts";
import { ABLATED } from "./ablate.ts";
import { ablateScores, ablationRow } from "./ablate_rows.ts";
import { ablationChart } from "./chart.ts";
import { ABLATION_WORDS, ablationFindings } from "./findings.ts";
import { ablationSteps } from "./tables.ts";

/** The experiment. */
export const ablate = experiment({
  name: "ablate",
  summary: "what each part of the image tower adds to the score difference",
  does:
    "replaces each block's attention or MLP output in the image tower by that on a flat image and measures what that does to d.",
  reads: "text and images",
  runs: "image",
  aligns: false,
  options: {},
  hooks: () => ABLATED,
  measure: async (subject, _, { kept, progress }) => {
    const image = await subject.image();
    const { scores, sentences } = await subject.scores();
    const firsts = firstOfEachImage(subject.pairs);
    const read = subject.inputs.images!.read;
    const pixels = async (name: string) => await image.pixels(await read(firsts.get(name)!), name);
    const { similarity } = subject.text.family; // that of all other scores, whatever files the towers are in
    return await ablateScores(image, scores, { pixels, sentences, similarity, kept, progress });
  },
  tables: function* (rows, { seed, cluster }) {
    const lines = rows.map(({ scores, measured }) => ({
      ...{ scores: scores!, count: measured.length },
      line: (place: number) => ablationRow(scores!, measured, place),
    }));
    return yield* ablationSteps(lines, { seed, cluster });
  },
  charts: ({ summary }, { cluster, sources }) => ({
    ablation: ablationChart(summary.rows, { sources, clusters: clustersText(cluster) }),
  }),
  findings: ({ summary }) => ablationFindings(summary.rows),
  words: ABLATION_WORDS,
});
