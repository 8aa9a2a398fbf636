/** A finished run that a page shows: what it found, its circuit if it is an atlas, and what it measured in single rows. */

import { picturedCircuit } from "../../atlas/picture.ts";
import { readAtlas } from "../../atlas/read_atlas.ts";
import { sentencesOf } from "../../atlas/sentences.ts";
import { NegscopeError } from "../../errors.ts";
import { type Manifest, readFinished, readWritten, recordOf } from "../../files/manifest.ts";
import { readFinishedParts } from "../../parts/parts_folder.ts";
import type { FinishedPart } from "../../parts/shown_parts.ts";
import type { Checksums } from "../../study/choice/inputs.ts";
import { summaryParts, unwrapText } from "../../tables/words.ts";
import type { About } from "../protocol.ts";
import { runMaps } from "./run_maps.ts";

export interface FinishedRun extends Pick<About, "circuit" | "findings" | "run"> {
  readonly folder: string;
  readonly options: Manifest["options"];
  readonly sizes: Pick<About, "layers" | "heads">;
  /** The runs in it: itself, or the parts of an atlas. */
  readonly parts: readonly FinishedPart[];
}

export async function readRun(folder: string): Promise<FinishedRun> {
  const manifest = await readFinished(folder);
  const { command, model, options } = manifest;
  const isAtlas = command === "atlas";
  const parts = isAtlas
    ? await readFinishedParts(folder, manifest)
    : [{ name: command, folder, manifest }];
  const sizes = (model ?? parts[0]?.manifest.model)?.text;
  if (sizes === undefined) throw notOfPage(folder, `a run of ${command} has no rows of a model`);
  return {
    ...{ folder, options, sizes, parts },
    run: { task: command, ...await runMaps(parts) },
    ...isAtlas ? await atlasOf(parts) : { findings: await sentencesIn(folder, manifest) },
  };
}

async function atlasOf(parts: readonly FinishedPart[]): Promise<Partial<FinishedRun>> {
  const found = await readAtlas(parts);
  const { name } = parts[0]!.manifest.model!;
  return { circuit: picturedCircuit(found), findings: sentencesOf(found, name) };
}

async function sentencesIn(folder: string, { checksums = {} }: Manifest): Promise<string[]> {
  const { sentences } = summaryParts(await readWritten(folder, "summary.txt", checksums));
  return unwrapText(sentences).split(/\n+/).filter((sentence) => sentence !== "");
}

/** Refuses a run of another model, or of other rows, than a page has. */
export function checkRun(
  { folder, parts }: FinishedRun,
  { towers, sources }: Pick<Checksums, "towers" | "sources">,
): void {
  for (const part of parts) {
    const { text } = recordOf(part.folder, part.manifest).towers ?? {};
    if (text !== undefined && text !== towers.text) {
      throw notOfPage(folder, "it is of another model");
    }
    const isOther = sources.data.some(({ file, sha256 }) =>
      part.manifest.sources.data.some((own) => own.file === file && own.sha256 !== sha256)
    );
    if (isOther) throw notOfPage(folder, "it is of other data");
  }
}

export function notOfPage(folder: string, reason: string): NegscopeError {
  return new NegscopeError("not-comparable", {
    problem: `Cannot show "${folder}"`,
    subject: folder,
    reason,
    expected: "the folder of a finished run of the page's model and data",
  });
}
