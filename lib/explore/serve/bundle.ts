/**
 * The scripts of the page, bundled from their source as they are served or written. A committed bundle would be a megabyte that every change
 * of the core writes anew. Deno bundles in its own process: that needs no permission but to read, though Deno fetches its bundler from the
 * npm registry at the first use, as it does packages.
 */

import { firstLine, NegscopeError } from "../../errors.ts";
import { MOST_BYTES, readBytes } from "../../files/read_file.ts";

type Bundle = (options: {
  readonly entrypoints: readonly string[];
  readonly platform: "browser";
  readonly minify: boolean;
  readonly write: false;
}) => Promise<{
  readonly success: boolean;
  readonly errors: readonly { readonly text: string }[];
  readonly outputFiles?: readonly { readonly contents?: Uint8Array }[];
}>;

export async function bundled(entry: string): Promise<Uint8Array> {
  const { bundle } = Deno as unknown as { readonly bundle?: Bundle };
  if (bundle === undefined) throw notBundled("Deno was started without --unstable-bundle");
  const entrypoints = [new URL(`../${entry}`, import.meta.url).href];
  const made = await bundle({ entrypoints, platform: "browser", minify: true, write: false })
    .catch((error: unknown) => {
      throw notBundled(firstLine(error), error);
    });
  const contents = made.outputFiles?.[0]?.contents;
  if (made.success && contents !== undefined) return contents;
  throw notBundled(made.errors[0]?.text ?? "it has no output");
}

function notBundled(reason: string, cause?: unknown): NegscopeError {
  return new NegscopeError("page-not-bundled", {
    problem: "Cannot bundle the explorer's page",
    reason,
    fix: "run deno task explore in a clone of the repository, once with a network",
    cause,
  });
}

export async function wasmFile(): Promise<Uint8Array> {
  const name = "npm:onnxruntime-web@1.27.0/ort-wasm-simd-threaded.wasm";
  return await readBytes(new URL(import.meta.resolve(name)), MOST_BYTES.own).catch((error) => {
    throw notBundled(`${name}: ${firstLine(error)}`, error);
  });
}
