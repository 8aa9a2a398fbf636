/** What a page and its engine are made of, of a study on this machine. */

import type { Pair } from "../../data/pairs.ts";
import { NegscopeError } from "../../errors/errors.ts";
import { fetchKitFiles, kitPath } from "../../files/kit_files.ts";
import { MOST_BYTES, readText } from "../../files/read_file.ts";
import { EmbeddingCache } from "../../opening/embedding_cache.ts";
import { checksumsOf, loadStudy } from "../../opening/load_study.ts";
import { type OpeningOptions, openInputs } from "../../opening/open_inputs.ts";
import { basename } from "../../reading/path.ts";
import { openRuntime } from "../../runtime/open_runtime.ts";
import type { StudyChoice } from "../../study/choice/study_options.ts";
import { blockPlaces } from "../../study/evaluate/blocks.ts";
import type { ReportingBar } from "../../study/experiment/measure_rows.ts";
import type { EvaluateRow } from "../../study/rows/score_rows.ts";
import type { Study } from "../../study/study.ts";
import { VERSION } from "../../version/code.ts";
import type { EngineParts } from "../engine/explorer.ts";
import { scoresOf } from "../engine/scene.ts";
import type { About, ExplorerRow } from "../protocol.ts";
import { checkRun, type FinishedRun } from "./read_run.ts";
import type { FileRunSettings } from "../../runs/run_experiment.ts";

export const MOST_ROWS = 2000;

export interface OpeningPage
  extends Pick<OpeningOptions, "called" | "say" | "warn">, Pick<FileRunSettings, "bar"> {
  readonly cache: string | boolean;
  readonly run?: FinishedRun | undefined;
  readonly bar?: (label: string) => ReportingBar;
}

export type PageFiles = Awaited<ReturnType<typeof openFiles>>;

/** What is known before the model is loaded. */
export async function openFiles(choice: StudyChoice, { cache: _, run, ...options }: OpeningPage) {
  const inputs = await openInputs(choice, {}, options);
  const checksums = await checksumsOf(inputs);
  if (run !== undefined) checkRun(run, checksums);
  const { modelName: model, dataPath = "pairs" } = inputs;
  const { circuit, findings = [], run: values } = run ?? await shipped(checksums);
  const about = {
    ...{ model, data: basename(dataPath), version: VERSION },
    ...circuit && { circuit },
    ...findings.length > 0 && { findings },
    ...values && values.maps.length > 0 && { run: values },
  };
  return { inputs, checksums, run, about };
}

/** The circuit that an atlas found in the embedded model on its data, which ships with the kit; nothing of others. */
async function shipped(
  { towers, sources: { data } }: Awaited<ReturnType<typeof checksumsOf>>,
): Promise<Pick<About, "circuit" | "findings" | "run">> {
  const path = await fetchKitFiles(kitPath("data/explore/circuit.json"));
  const { of, ...found } = JSON.parse(await readText(path, MOST_BYTES.own));
  return of.text === towers.text && of.data === data[0]?.sha256 ? found : {};
}

export async function loadFiles(
  { inputs, checksums, about }: PageFiles,
  { cache, say, bar }: OpeningPage,
): Promise<{ readonly study: Study; readonly parts: EngineParts }> {
  const runtime = await openRuntime(inputs.choice.device);
  const kept = EmbeddingCache.chosen(cache);
  const study = await loadStudy(inputs, { runtime, checksums, cache: kept, say });
  using shown = bar?.("images");
  const { rows, images } = await study.scoredRows({ say, progress: shown?.report });
  const { readImage, text } = study;
  const { layers, heads } = text.tower.shape;
  const pairs = rows.slice(0, MOST_ROWS).map(({ pair }) => pair);
  const scores = new Map(rows.map((row) => [row.pair.id, row.scores]));
  return {
    study,
    parts: {
      about: {
        ...{ ...about, layers, heads, live: true, more: rows.length - pairs.length },
        ...pageRows(pairs, scores),
      },
      ...{ text, pairs, images, protocol: inputs.protocol },
      image: () => study.image(),
      epsilon: study.config.text.layerNormEps,
      readImage: readImage ?? ((name) => Promise.reject(noPicture(name))),
      opening: openingOf(inputs.choice),
    },
  };
}

export function pageRows(
  pairs: readonly Pair[],
  scores: ReadonlyMap<string, EvaluateRow>,
): Pick<About, "rows" | "first"> {
  const blocks = blockPlaces(pairs).map((places) => places.map((place) => pairs[place]!.id));
  const others = new Map(blocks.flatMap(([foil, caption]) => [[foil, caption], [caption, foil]]));
  const rows = pairs.map(({ id, caption, foil, image, negation }): ExplorerRow => {
    const other = others.get(id);
    return {
      ...{ row: id, caption, foil, picture: image, negated: negation },
      ...{ scores: scoresOf(scores.get(id)!), ...other !== undefined && { other } },
    };
  });
  const first = blocks[0]?.[0] ?? pairs[0]?.id; // where its picture shows what the sentences name
  return { rows, ...first !== undefined && { first } };
}

/** How a script opens the same study, on any machine and with all rows. */
function openingOf({ device: _, threads: __, limit: ___, ...choice }: StudyChoice) {
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
