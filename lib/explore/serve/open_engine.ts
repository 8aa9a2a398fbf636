/** What an engine is made of, of a study on this machine. */

import type { Pair } from "../../data/pairs.ts";
import { NegscopeError } from "../../errors.ts";
import { checksumsOf } from "../../opening/model_files.ts";
import { type OpeningOptions, openInputs } from "../../opening/open_inputs.ts";
import { EmbeddingCache } from "../../opening/embedding_cache.ts";
import { loadStudy } from "../../opening/load_study.ts";
import { basename } from "../../reading/path.ts";
import type { FileRunSettings } from "../../runs/run_experiment.ts";
import { openRuntime } from "../../runtime/open_runtime.ts";
import type { StudyInputs } from "../../study/choice/inputs.ts";
import type { StudyChoice } from "../../study/choice/study_options.ts";
import type { Study } from "../../study/study.ts";
import { VERSION } from "../../version.ts";
import type { EngineParts, Opening } from "../engine/explorer.ts";
import { checkRun, type FinishedRun } from "./read_run.ts";

export const MOST_ROWS = 2000;

export interface OpeningPage
  extends Pick<OpeningOptions, "called" | "say" | "warn">, Pick<FileRunSettings, "bar"> {
  readonly cache: string | boolean;
  readonly run?: FinishedRun | undefined;
}

export type PageFiles = Awaited<ReturnType<typeof openFiles>>;

export async function openFiles(
  choice: StudyChoice,
  { cache: _, run, ...options }: OpeningPage,
) {
  const inputs = await openInputs(choice, { ...options, imagesAre: "needed" });
  const checksums = await checksumsOf(inputs);
  if (run !== undefined) checkRun(run, checksums);
  return { inputs, checksums, run };
}

export async function openStudy(choice: StudyChoice, options: OpeningPage) {
  return await loadFiles(await openFiles(choice, options), options);
}

export async function loadFiles(
  { inputs, checksums, run }: PageFiles,
  { cache, say, bar }: OpeningPage,
): Promise<{ readonly study: Study; readonly parts: EngineParts }> {
  const runtime = await openRuntime(inputs.choice.device);
  const kept = EmbeddingCache.chosen(cache);
  const study = await loadStudy(inputs, { runtime, checksums, cache: kept, say });
  using drawn = bar?.("images");
  const { rows, images } = await study.scoredRows({ say, progress: drawn?.report });
  const { readImage, text } = study;
  const { layers, heads } = text.tower.shape;
  const shown = rows.slice(0, MOST_ROWS);
  return {
    study,
    parts: {
      about: {
        ...aboutOf(inputs, run),
        ...{ layers, heads, live: true, more: rows.length - shown.length },
        rows: shown.map(({ pair, scores: { d, segment } }) => (
          { ...rowOf(pair), d, segment }
        )),
      },
      text,
      image: () => study.image(),
      epsilon: study.config.text.layerNormEps,
      pairs: shown.map(({ pair }) => pair),
      protocol: inputs.protocol,
      images,
      readImage: readImage ?? ((name) => Promise.reject(noPicture(name))),
      opening: openingOf(inputs.choice),
    },
  };
}

/** What a page has of a row's sentences. */
export function rowOf({ id: row, caption, foil, image: picture, negation: negated }: Pair) {
  return { row, caption, foil, picture, negated };
}

/** What a page says of its model and data, whether or not it computes. */
export function aboutOf(
  { modelName, dataPath = "pairs" }: StudyInputs,
  { circuit, findings, run }: Partial<FinishedRun> = {},
) {
  return {
    ...{ model: modelName, data: basename(dataPath), version: VERSION },
    ...circuit && { circuit },
    ...findings && findings.length > 0 && { findings },
    ...run && run.maps.length > 0 && { run },
  };
}

/** How a script opens the same study, on any machine and with all rows. */
function openingOf({ device: _, threads: __, limit: ___, ...choice }: StudyChoice): Opening {
  return Object.fromEntries(Object.entries(choice).filter(([, own]) => own !== undefined));
}

function noPicture(name: string): NegscopeError {
  return new NegscopeError("images-not-given", {
    problem: `Cannot show picture "${name}"`,
    subject: name,
    reason: "there are only embeddings of the pictures",
    fix: "name the folder of the pictures with --images",
  });
}
