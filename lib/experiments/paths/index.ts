/** By which paths negation reaches the score: direct and indirect effects of nodes, and path patching (Wang et al. 2023). */

import { clustersText } from "../../study/clusters.ts";
import type { Progress } from "../../study/embeddings.ts";
import type { KeptRows } from "../../study/rows/once_per_group.ts";
import type { Study } from "../../study/study.ts";
import type { NamedHead } from "../../tables/nodes.ts";
import { controlOption } from "../../study/controls/control.ts";
import { experiment } from "../../study/experiment/experiment.ts";
import { headsOfSet } from "../head_set.ts";
import { outputWeightNames } from "../nodes/direct_effects.ts";
import { SHARE_WORDS, words } from "../words.ts";
import { swapEngines } from "../nodes/pair_runs.ts";
import { PARTS_IN_WORDS, pathName, pathsFindings } from "./findings.ts";
import { countRuns, measurePaths } from "./measure.ts";
import { nodeSteps } from "./node_tables.ts";
import type { PathPart } from "./patch_paths.ts";
import { pathPicture } from "./path_picture.ts";
import { pathSteps } from "./path_tables.ts";
import {
  checkReceivers,
  RECEIVERS,
  type Receivers,
  STRONGEST,
  strongestHeads,
} from "./receivers.ts";

export const paths = experiment({
  name: "paths",
  summary: "which heads and MLPs write negation into the score, and by which paths it reaches them",
  does:
    "splits what each head and MLP does to d into a direct part and one through later blocks, and patches every path into the queries, keys and values of some heads.",
  reads: "text and images",
  runs: "text",
  minimalPairs: true,
  options: { receivers: RECEIVERS, control: controlOption() },
  check: ({ receivers }, sizes) => checkReceivers(receivers, sizes),
  hooks: (_, layers) => [
    ...["q", "k", "v", "z"].map((part) => `blocks.*.attn.hook_${part}`),
    ...["blocks.*.hook_mlp_out", "blocks.0.hook_resid_pre"],
    `blocks.${layers - 1}.hook_resid_post`,
  ],
  weights: (_, layers) => outputWeightNames(layers),
  prepare: async ({ text, sentencePairs }) => void await swapEngines(text, sentencePairs),
  measure: async (study, { receivers: chosen }, { kept, keptOf, progress }) => {
    const { rows, images } = await study.scoredRows();
    const { shape } = study.text.tower;
    const last = headsOfSet("all", shape).slice(-STRONGEST); // into which most paths lead
    const most = countRuns(rows, { ...shape, receivers: last });
    let before = 0;
    const receivers = await receiversOf(study, chosen, {
      kept: keptOf("receivers"),
      progress: (done, total) => progress(before = done, total + most.nodes + most.paths),
    });
    return await measurePaths(study.text, rows, {
      receivers,
      images,
      keptNodes: kept,
      keptPaths: keptOf("edges"),
      progress,
      before,
    });
  },
  engines: ({ text, rows }) => swapEngines(text, rows.map(({ aligned }) => aligned)),
  controlOptions: (options, rows) => ({
    ...options,
    receivers: rows[0]?.measured.receivers ?? options.receivers,
  }),
  tables: function* (rows, { seed, cluster }) {
    const scored = rows.map(({ scores, measured }) => ({ scores: scores!, measured }));
    const { nodes, nodesSummary } = yield* nodeSteps(scored, { seed, cluster });
    const { paths, pathsSummary } = yield* pathSteps(scored, { seed, cluster });
    return { nodes, nodesSummary, paths, pathsSummary };
  },
  charts: ({ nodesSummary, pathsSummary }, { cluster, sources }) => {
    const options = { sources, clusters: clustersText(cluster) };
    return { path_graph: pathPicture(pathsSummary.rows, nodesSummary.rows, options) };
  },
  findings: ({ nodesSummary, pathsSummary }) => pathsFindings(pathsSummary.rows, nodesSummary.rows),
  rowEffects: ({ paths: { rows } }) => ({
    of: "paths",
    effects: rows.map((row) => (
      {
        id: row.id,
        part: pathName(row),
        at: `by ${PARTS_IN_WORDS[row.part as PathPart]}`,
        effect: row.effect,
      }
    )),
  }),
  words: words(...SHARE_WORDS, "path", "effect (paths)", "direct (paths)", "total share"),
});

/** The receivers; the strongest are kept, so that a resumed run has those of its first part. */
async function receiversOf(
  study: Study,
  chosen: Receivers,
  { kept, progress }: { readonly kept: KeptRows; readonly progress: Progress },
): Promise<readonly NamedHead[]> {
  const { shape } = study.text.tower;
  if (chosen !== "strongest") return headsOfSet(chosen, shape);
  const all = headsOfSet("all", shape);
  const known = kept.get(chosen);
  if (known !== undefined) return known.map((place) => all[place]!);
  const receivers = await strongestHeads(study, STRONGEST, progress);
  const placeOf = ({ layer, head }: NamedHead) => (layer - 1) * shape.heads + head - 1;
  await kept.keep(chosen, receivers.map(placeOf));
  return receivers;
}
