import { assertEquals } from "@std/assert";
import { temporaryFolder } from "../../lib/files/write_whole.ts";
import { ActivationCache } from "../../lib/hooks/cache.ts";
import { writeNpy, writeSafetensors } from "../../lib/files/tensors.ts";
import { type Axis, Tensor } from "../../lib/hooks/tensor.ts";
import { headerOf } from "../model/forms/safetensors.ts";
import { TINY, withClip } from "../studies.ts";

const GOLDEN: Readonly<Record<string, string>> = JSON.parse(
  Deno.readTextFileSync(new URL("../fixtures/exports/exports.json", import.meta.url)),
);

function golden(name: string): Uint8Array {
  return Uint8Array.from(atob(GOLDEN[name]!), (char) => char.charCodeAt(0));
}

/** A tensor that counts in eighths. */
function counting(axes: readonly Axis[], shape: readonly number[], start = 0): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return new Tensor(Float32Array.from({ length: size }, (_, i) => (start + i) / 8), shape, axes);
}

async function written(write: (path: string) => Promise<void>): Promise<Uint8Array> {
  await using folder = await temporaryFolder();
  await write(`${folder.path}/file`);
  return await Deno.readFile(`${folder.path}/file`);
}

const RESIDUAL: readonly Axis[] = ["batch", "position", "width"];

Deno.test("writeNpy() writes the bytes that numpy.save writes", async () => {
  const tensors = {
    "axes_3.npy": counting(RESIDUAL, [2, 3, 4]),
    "axes_1.npy": counting(["width"], [5]),
    "axes_0.npy": counting([], []),
  };
  for (const [name, tensor] of Object.entries(tensors)) {
    assertEquals(await written((path) => writeNpy(path, tensor)), golden(name), name);
  }
});

Deno.test("writeSafetensors() writes the bytes that the Python package writes", async () => {
  const cache = new ActivationCache(['Two "quoted" dogs.', "Zwei Hunde — «Müller»."], {
    tokens: [["a", "b", "c"], ["d", "é", "f"]],
  });
  const embed = counting(RESIDUAL, [2, 3, 2]);
  const pattern = counting(["batch", "head", "query", "key"], [2, 2, 3, 3]);
  pattern.data[1] = -Infinity;
  cache.add("hook_embed", embed, [0, 1]);
  cache.add("blocks.0.attn.hook_pattern", pattern, [0, 1]);
  const bytes = await written((path) => writeSafetensors(path, cache));
  assertEquals(bytes, golden("one_length.safetensors"));
});

Deno.test("writeSafetensors() pads nothing: rows of several lengths are several tensors", async () => {
  const cache = new ActivationCache(["a", "b", "c"]);
  cache.add("hook_embed", counting(RESIDUAL, [1, 3, 2], 100), [1]);
  const [first, last] = [counting(RESIDUAL, [1, 2, 2]), counting(RESIDUAL, [1, 2, 2], 4)];
  cache.add("hook_embed", last, [2]);
  cache.add("hook_embed", first, [0]);
  const bytes = await written((path) => writeSafetensors(path, cache));
  assertEquals(bytes, golden("two_lengths.safetensors"));
});

Deno.test("a run's cache is written with the tokens of its sentences", () =>
  withClip(TINY, async ({ text }) => {
    const sentences = ["There is no boat.", "There are some kites."];
    const hooks = ["hook_embed", "blocks.*.attn.hook_pattern"];
    const { cache } = await text.runWithCache(sentences, hooks);
    const bytes = await written((path) => writeSafetensors(path, cache));
    const { header, begin, metadata: { negscope } } = headerOf(bytes);
    assertEquals(JSON.parse(negscope).tokens, sentences.map((sentence) => text.tokens(sentence)));
    const { shape, data_offsets: [start, end] } = header["blocks.2.attn.hook_pattern"]!;
    const values = new Float32Array(bytes.slice(begin + start, begin + end).buffer);
    const value = cache.get("blocks.2.attn.hook_pattern");
    assertEquals([shape, values], [value.shape, value.data]);
  }));
