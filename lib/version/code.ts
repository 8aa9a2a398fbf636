/** A checksum of the kit's code, which tells apart what one version of the kit computes before and after a change. */

import { createHash } from "node:crypto";
import config from "../../deno.json" with { type: "json" };
import { MOST_BYTES, readTextSync } from "../files/read_file.ts";
import { COMMITTED } from "./committed.ts";

export type Computed = keyof typeof ENTRIES;

/** The files from which the imports lead to all code that computes it. */
const ENTRIES = {
  embeddings: [
    "runtime/node.ts",
    "model/clip_model.ts",
    "opening/images/image_folder.ts",
    "study/embeddings.ts",
  ],
  page: ["explore/page/app.tsx", "explore/engine/worker.ts"],
  runs: [
    "composites/atlas/atlas.ts",
    "composites/paper/paper.ts",
    "composites/compare/published/compare.ts",
    "composites/contrast/contrast.ts",
    "composites/grid/run_grid.ts",
    "runs/benchmark/run_benchmark.ts",
    "runs/merge_runs.ts",
    "runs/pairs_on_files.ts",
    "runs/run_experiment.ts",
    "runs/trial/trial_on_files.ts",
    "segment/segment_files.ts",
    "runs/study.ts",
  ],
} as const;

/** The generated file: it follows from the others. */
const GENERATED = new URL("committed.ts", import.meta.url).href;
const LIB = new URL("../", import.meta.url);

/** What a file loads: imports and exports that are not of types alone, in any form, and the modules of workers. */
const LOADS = [
  /^(?:import|export)(?! type)\s(?:[\w*{][^;"]*?\bfrom\s+)?"([^"]+)"/gm,
  /(?<!typeof )\bimport\("([^"]+)"\)/g,
  /new URL\("([^"]+\.ts)", import\.meta\.url\)/g,
];

const known = new Map<Computed, string>();

/**
 * The code that computes something, as a checksum: of the kit's modules, and of the versions of the packages that they import. Where the
 * kit's source is on the disk, it is that of the source as it is now, edited or not. Imported from elsewhere, compiled, or where the program
 * may not read the source, it is that of the commit.
 */
export function codeVersion(computed: Computed): string {
  const code = known.get(computed) ??
    (isOnDisk()
      ? versionOfCode(computed, (url) => readTextSync(url, MOST_BYTES.own))
      : COMMITTED[computed]);
  known.set(computed, code);
  return code;
}

function isOnDisk(): boolean {
  return LIB.protocol === "file:" && import.meta.url.endsWith(".ts") && !Deno.build.standalone &&
    Deno.permissions.querySync({ name: "read", path: LIB }).state === "granted";
}

export function versionOfCode(computed: Computed, read: (module: URL) => string): string {
  const modules = new Map<string, string>();
  const packages = new Set<string>();
  const waiting = ENTRIES[computed].map((path) => new URL(path, LIB));
  for (const url of waiting) {
    if (modules.has(url.href) || url.href === GENERATED) continue;
    const code = read(url);
    modules.set(url.href, code);
    for (const [, name] of LOADS.flatMap((pattern) => [...code.matchAll(pattern)])) {
      if (!name!.startsWith(".")) packages.add(name!);
      else if (!name!.endsWith("/deno.json")) waiting.push(new URL(name!, url)); // it holds nothing to compute with
    }
  }
  const hash = createHash("sha256");
  for (const href of [...modules.keys()].sort()) {
    hash.update(JSON.stringify([href.slice(LIB.href.length), modules.get(href)]));
  }
  for (const [name, version] of Object.entries(config.imports)) {
    const isUsed = [...packages].some((used) => used === name || used.startsWith(`${name}/`));
    if (isUsed) hash.update(JSON.stringify([name, version]));
  }
  return hash.digest("hex");
}

/** The version of negscope. */
export const VERSION: string = config.version;
