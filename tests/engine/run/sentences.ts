/** Sentences, and what runs of the tiny model make of them. */

import type { Intervention } from "../../../lib/hooks/interventions.ts";
import type { Tensor } from "../../../lib/hooks/tensor.ts";
import { Clip, type ClipOptions } from "../../../lib/runtime/open_runtime.ts";
import { fixture } from "../../scripts/task_process.ts";

export const TINY: string = fixture("clip-tiny"); // model's folder

/** Three sentences, the first two of one length. */
export const [NEGATED, AFFIRMATIVE, LONGER] = [
  "There is no boat.",
  "There is a boat.",
  "There are no birds in the garden.",
] as const;

export async function withClip(
  test: (clip: Clip) => Promise<void>,
  options: ClipOptions = { towers: ["text"] },
): Promise<void> {
  await using clip = await Clip.load(TINY, options);
  await test(clip);
}

export function bits({ data }: { readonly data: ArrayBufferView }): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** The values of some hook points in a run of the first sentence. */
export async function valuesOf(
  { text }: Clip,
  hooks: readonly string[],
  interventions: readonly Intervention[] = [],
): Promise<Tensor[]> {
  const { cache } = await text.runWithCache([NEGATED], hooks, { interventions });
  return hooks.map((hook) => cache.get(hook));
}

export async function valueOf(
  clip: Clip,
  hook: string,
  interventions: readonly Intervention[],
): Promise<Tensor> {
  return (await valuesOf(clip, [hook], interventions))[0]!;
}
