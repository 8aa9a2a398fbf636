/** The engine of a study on this machine. */

import { basename } from "node:path";
import { NegscopeError } from "../../errors.ts";
import { checksumsOf } from "../../opening/choice/checksums.ts";
import { type OpeningOptions, openInputs } from "../../opening/choice/open_inputs.ts";
import { EmbeddingCache } from "../../opening/embeddings/embedding_cache.ts";
import { loadStudy } from "../../opening/load_study.ts";
import { openRuntime } from "../../runtime/open_runtime.ts";
import type { StudyChoice } from "../../study/choice/study_options.ts";
import type { Study } from "../../study/study.ts";
import { VERSION } from "../../version.ts";
import { Engine, type EngineParts } from "../engine/explorer.ts";
import type { About } from "../protocol.ts";

/** The most rows that a page lists. */
const MOST_ROWS = 2000;

export interface OpeningEngine extends Pick<OpeningOptions, "called" | "say" | "warn"> {
  /** Where embeddings are kept. */
  readonly cache: string | boolean;
  /** What an atlas run adds. @default {nothing} */
  readonly atlas?: Pick<About, "circuit" | "findings"> | undefined;
}

/** A study with what an engine is made of. */
export interface OpenedStudy {
  readonly study: Study;
  readonly parts: EngineParts;
}

/** Opens a study, and embeds its pictures. */
export async function openStudy(
  choice: StudyChoice,
  { cache, atlas, ...options }: OpeningEngine,
): Promise<OpenedStudy> {
  const runtime = await openRuntime(choice.device);
  const inputs = await openInputs(choice, { ...options, imagesAre: "needed" });
  const checksums = await checksumsOf(inputs);
  const kept = EmbeddingCache.chosen(cache);
  const study = await loadStudy(inputs, { runtime, checksums, cache: kept, say: options.say });
  const { rows, images } = await study.scoredRows({ say: options.say });
  const { readImage, text } = study;
  const { layers, heads } = text.tower.shape;
  const shown = rows.slice(0, MOST_ROWS);
  const { model, data, images: folder, protocol } = choice;
  return {
    study,
    parts: {
      about: {
        ...{ model: inputs.modelName, data: basename(inputs.dataPath ?? "pairs"), layers, heads },
        ...{ live: true, version: VERSION, ...atlas },
        rows: shown.map(({ pair: { id, caption, foil, image, negation }, scores: { d } }) => (
          { row: id, caption, foil, picture: image, negated: negation, d }
        )),
        more: rows.length - shown.length,
      },
      text,
      image: () => study.image(),
      epsilon: study.config.text.layerNormEps,
      pairs: shown.map(({ pair }) => pair),
      protocol: inputs.protocol,
      images,
      readImage: readImage ?? ((name) => Promise.reject(noPicture(name))),
      opening: Object.fromEntries(
        Object.entries({ model, data, images: folder, protocol }).filter(([, own]) =>
          own !== undefined
        ),
      ),
    },
  };
}

function noPicture(name: string): NegscopeError {
  return new NegscopeError("images-not-given", {
    problem: `Cannot show picture "${name}"`,
    subject: name,
    reason: "there are only embeddings of the pictures",
    fix: "name the folder of the pictures with --images",
  });
}

/** An engine that computes on this machine. */
export function engineOf({ parts }: OpenedStudy): Engine {
  return new Engine(parts);
}
