/** Folders of runs, made by hand for the tests of functions that read them. */

import { type Manifest, writeManifest } from "../../lib/files/manifest.ts";
import { sha256File } from "../../lib/files/read_file.ts";
import type { Summary } from "../../lib/report/summary.ts";
import { EFFECTS, FINDINGS } from "../../lib/runs/write_results.ts";
import { inFolder } from "../scripts/task_process.ts";
import { TABLES } from "../../scripts/dev/docs/pages.ts";

/** A manifest of a run on the published model and data. */
export const MANIFEST = {
  command: "trace",
  options: { protocol: "rephrased" },
  seed: 0,
  model: {
    name: "clip-vit-base-patch32",
    text: { layers: 12, heads: 8, width: 512, projection: 512 },
    image: { layers: 12, heads: 12, width: 768, projection: 512 },
  },
  sources: {
    model: [{ file: "config.json", sha256: "a1" }],
    data: [{ file: "existence.json", sha256: "b2" }],
  },
  versions: { kit: "0.1.0", deno: "2.9.6", onnxruntime: "1.27.0" },
  rows: { read: 534, kept: 490, dropped: [] },
  files: [],
  finished: true,
  start: "2024-08-16T09:30:00.000Z",
  seconds: {},
} satisfies Manifest;

/** A trace.csv of two cells: one with a value, one without. */
export const TRACE = `negation,segment,site,direction,layer,head,role,n,cte
foil,correct,resid,denoise,4,,full_stop,81,0.5
caption,correct,resid,denoise,4,,subject_further,72,
`;

/** A heads.csv without images. */
export const HEADS = `negation,layer,head,n,selectivity,correlation_with_d
foil,4,2,240,0.25,
caption,4,2,250,0.5,
`;

/** What a run without sentences found. */
export const NOTHING_FOUND: Summary = { heading: "", findings: [], method: [], words: [] };

/** effects.json of a run with these files: the tables' schemas with the columns that the files have. */
function effectsOf(files: Readonly<Record<string, string | Manifest>>): string {
  const tables = Object.entries(files).flatMap(([file, text]) => {
    const schema = TABLES.find(({ name }) => `${name}.csv` === file);
    if (schema === undefined) return [];
    const header = `${text}`.split("\n", 1)[0]!.trim().split(",");
    const columns = Object.entries(schema.columns).filter(([name]) => header.includes(name));
    return [{ ...schema, columns: Object.fromEntries(columns) }];
  });
  return JSON.stringify({ seed: 0, tables });
}

/** Writes what a run without tables and sentences leaves, and returns the checksums. */
export async function writeNothingFound(folder: string): Promise<Record<string, string>> {
  const checksums: Record<string, string> = {};
  const files = { [EFFECTS]: effectsOf({}), [FINDINGS]: JSON.stringify(NOTHING_FOUND) };
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${folder}/${name}`, text);
    checksums[name] = await sha256File(`${folder}/${name}`);
  }
  return checksums;
}

/** Makes a folder of files, uses it and removes it; a manifest gets the checksums of the other files, and the run what each writes. */
export async function withRun(
  { "manifest.json": manifest, ...own }: Readonly<Record<string, string | Manifest>>,
  use: (folder: string) => Promise<void>,
): Promise<void> {
  const files = { [EFFECTS]: effectsOf(own), [FINDINGS]: JSON.stringify(NOTHING_FOUND), ...own };
  await inFolder(async (folder) => {
    const checksums: Record<string, string> = {};
    for (const [name, content] of Object.entries(files)) {
      await Deno.writeTextFile(`${folder}/${name}`, `${content}`);
      checksums[name] = await sha256File(`${folder}/${name}`);
    }
    if (typeof manifest === "string") await Deno.writeTextFile(`${folder}/manifest.json`, manifest);
    else if (manifest !== undefined) {
      await writeManifest(`${folder}/manifest.json`, { ...manifest, checksums });
    }
    await use(folder);
  });
}

/** Edits the manifest of a run and gives it the checksum that fits, as a run with these values would have written it. */
export async function rewriteManifest(
  run: string,
  change: (text: string) => string,
): Promise<void> {
  const path = `${run}/manifest.json`;
  const { sha256: _, ...manifest } = JSON.parse(change(await Deno.readTextFile(path)));
  await writeManifest(path, manifest);
}

/** Writes a file of a run and the checksum that fits into its manifest. */
export async function rewriteFile(run: string, name: string, text: string): Promise<void> {
  await Deno.writeTextFile(`${run}/${name}`, text);
  const sha256 = await sha256File(`${run}/${name}`);
  await rewriteManifest(run, (manifest) => {
    const { checksums, ...others } = JSON.parse(manifest);
    return JSON.stringify({ ...others, checksums: { ...checksums, [name]: sha256 } });
  });
}
