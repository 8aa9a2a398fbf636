import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { ChangedWeight } from "../../../lib/engine/weights/changed_weights.ts";
import { zero } from "../../../lib/hooks/interventions.ts";
import { Clip } from "../../../lib/runtime/open_runtime.ts";
import { NegscopeError } from "../../../lib/errors/errors.ts";
import { chosen, TINY, WEIGHTS } from "../../studies.ts";

const [OUTPUT, BIAS] = ["blocks.1.attn.W_O", "blocks.1.attn.b_V"];
const SENTENCES = ["There is no boat.", "There is a boat."];

async function load(
  form: string,
  changedWeights?: readonly ChangedWeight[],
  randomWeights?: number,
) {
  const options = { ...chosen(form), towers: ["text"] as const, randomWeights };
  return await Clip.load(TINY.model, { ...options, ...changedWeights && { changedWeights } });
}

async function allNumbers({ text: { weights } }: Clip) {
  const all = weights.names.map(async (name) => [name, (await weights.get(name)).data]);
  return new Map(await Promise.all(all) as [string, Float32Array<ArrayBuffer>][]);
}

for (const form of ["", "_dynamo20", "_fp16", "_fused", "_attention", WEIGHTS]) {
  Deno.test(`a tower with all weights of another is that tower, form "${form}"`, async () => {
    await using other = await load(form, undefined, 7);
    const numbers = await allNumbers(other);
    const changes = [...numbers].map(([name, values]) => ({ name, values }));
    await using changed = await load(form, changes);
    assertEquals((await changed.text.run(SENTENCES)).data, (await other.text.run(SENTENCES)).data);
  });

  Deno.test(`a change of one head's weights leaves all others alone, form "${form}"`, async () => {
    await using before = await load(form);
    const numbers = await allNumbers(before);
    const [output, bias] = [numbers.get(OUTPUT)!, numbers.get(BIAS)!];
    const half = output.length / 2; // of two heads
    const change = { name: OUTPUT, index: 1, values: new Float32Array(half) };
    const same = { name: BIAS, index: 0, values: bias.slice(0, bias.length / 2) };
    await using after = await load(form, [change, same]);
    const expected = new Map(numbers);
    expected.set(OUTPUT, Float32Array.of(...output.slice(0, half), ...change.values));
    assertEquals(await allNumbers(after), expected);
    if (before.text.tower.unreachable.has("blocks.1.attn.hook_z")) return;
    const ablated = await before.text.run(SENTENCES, {
      interventions: [zero("blocks.1.attn.hook_z", { head: 1 })],
    });
    assertEquals((await after.text.run(SENTENCES)).data, ablated.data); // 0 x W and z x 0 are the same 0
  });
}

const NONE = new Float32Array(2);
const REFUSED: readonly [ChangedWeight, says: string, form?: string][] = [
  [{ name: "blocks.1.attn.W_X", values: NONE }, 'the nearest are "blocks.1.attn.W_Q"'],
  [{ name: "blocks.3.attn.W_Q", values: NONE }, 'Cannot change weight "blocks.3.attn.W_Q": the'],
  [{ name: "blocks.1.attn.W_O", values: NONE }, "there are 2 numbers; expected 256, one for each"],
  [{ name: "blocks.1.attn.W_O", index: 2, values: NONE }, "at 2: expected an index from 0 to 1"],
  [{ name: "blocks.1.attn.W_O", values: NONE }, "the file is quantised", "_quantized"],
];
for (const [change, says, form = ""] of REFUSED) {
  Deno.test(`a change of weights is refused: ${says}`, async () => {
    const error = await assertRejects(() => load(form, [change]), NegscopeError);
    assertStringIncludes(error.message, says);
  });
}
