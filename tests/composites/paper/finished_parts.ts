/** Finished parts made by hand, for tests of what is made from them. */

import type { Manifest } from "../../../lib/files/manifest.ts";
import type { DescribedRun } from "../../../lib/composites/paper/methods.ts";

const CLIP: NonNullable<Manifest["model"]> = {
  name: "openai/clip-vit-base-patch32",
  text: { layers: 12, heads: 8, width: 512, projection: 512 },
  image: { layers: 12, heads: 12, width: 768, projection: 512 },
  ...{ causal: true, threads: 4 },
};

/** Commands whose manifests have no model. */
const WITHOUT_MODEL = ["compare", "segment"];

/** A manifest of a part that ran on CLIP and VALSE, but for what is given. */
export function manifest(
  { command = "evaluate", options = {}, ...given }: Partial<Manifest> = {},
): Manifest {
  return {
    command,
    options: {
      model: "openai/clip-vit-base-patch32",
      data: "existence.json",
      protocol: "rephrased",
      cluster: "pair",
      ...options,
    },
    seed: 0,
    ...WITHOUT_MODEL.includes(command) ? {} : { model: CLIP },
    versions: { kit: "0.1.0", deno: "2.9.6", onnxruntime: "1.27.0" },
    sources: {
      model: [{ file: "model.safetensors", sha256: "a".repeat(64) }],
      data: [{ file: "existence.json", sha256: "b".repeat(64) }],
    },
    rows: { read: 534, kept: 490, dropped: [], format: "valse" },
    ...{ files: [], finished: true, start: "2026-01-01T00:00:00.000Z", seconds: { load: 1 } },
    ...given,
  };
}

/** A part of which only the manifest is read. */
export function part(name: string, given: Partial<Manifest> = {}): DescribedRun {
  return { name, manifest: manifest(given) };
}

/** A model's record with other sizes or properties than CLIP's. */
export function model(given: Partial<NonNullable<Manifest["model"]>>): Pick<Manifest, "model"> {
  return { model: { ...CLIP, ...given } };
}
