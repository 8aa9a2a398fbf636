/** WebGPU against the processor. Where its driver is Mesa's lavapipe, the tests mostly wait for it to translate shaders. */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { toBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema } from "onnx-buf";
import { NegscopeError } from "../../lib/errors/errors.ts";
import type { OnnxValue } from "../../lib/onnx/runtime.ts";
import { openRuntime } from "../../lib/runtime/open_runtime.ts";
import { Study, type StudyOptions } from "../../lib/runs/study.ts";
import { graphFromText } from "../onnx/graph_from_text.ts";
import { goldenTable, TINY } from "../studies.ts";

/** Why nothing is compared: it takes a minute where WebGPU is that of a processor, as Mesa's lavapipe is, so that it is asked for. */
const skippedFor = Deno.env.get("NEGSCOPE_WEBGPU") !== "1"
  ? "NEGSCOPE_WEBGPU is not 1"
  : await openRuntime("webgpu").then(() => undefined, (error: unknown) => {
    if (error instanceof NegscopeError && error.code === "device-missing") return error.reason;
    throw error;
  });

function testOnWebgpu(name: string, fn: () => Promise<void>): void {
  const skipped = skippedFor === undefined ? "" : ` (skipped: ${skippedFor})`;
  Deno.test({ name: `${name} on WebGPU${skipped}`, ignore: skippedFor !== undefined, fn });
}

testOnWebgpu("a session writes outputs in place", async () => {
  const runtime = await openRuntime("webgpu");
  const { model, source } = graphFromText("y = Mul(x, x)");
  const session = await runtime.create(toBinary(ModelProtoSchema, model), source);
  const vector = (data: Float32Array): OnnxValue => ({ type: "float32", dims: [2], data });
  const y = new Float32Array(2);
  await session.run(new Map([["x", vector(Float32Array.of(3, 4))]]), new Map([["y", vector(y)]]));
  await session.release();
  assertEquals([...y], [9, 16]);
});

/**
 * S and effects are 100 x a cosine of float32 embeddings. On either device an embedding of length 1 errs by up to 1e-6, since the device
 * adds the products in an order of its own: 1e-4 in each of two scores.
 */
const TOLERANCE = 2e-4;

/** The scores and effects of all rows, by their place. */
async function traced(options: StudyOptions): Promise<Map<string, number>> {
  await using study = await Study.open({ threads: 1, cache: false, ...options });
  const { tables } = await study.run("evaluate");
  const segments = ["correct", "ambiguous", "incorrect"] as const;
  const { tables: { effects } } = await study.run("trace", { segments });
  const scores = tables.evaluate.rows.flatMap(({ id, s_caption, s_foil, d }) => [
    [`S(caption) of ${id}`, s_caption] as const,
    [`S(foil) of ${id}`, s_foil] as const,
    [`d of ${id}`, d] as const,
  ]);
  const changes = effects.rows.map(({ id, layer, position, effect }) =>
    [`effect of ${id}, layer ${layer}, position ${position}`, effect!] as const
  );
  return new Map([...scores, ...changes]);
}

testOnWebgpu("evaluate and trace give the reference scores and effects", async () => {
  const { model, pairs: data, images } = TINY;
  const found = await traced({ model, data, images, device: "webgpu" });
  for (const { id, s_caption, s_foil, d } of goldenTable(TINY, "evaluate")) {
    assertAlmostEquals(found.get(`S(caption) of ${id}`)!, Number(s_caption), TOLERANCE, id);
    assertAlmostEquals(found.get(`S(foil) of ${id}`)!, Number(s_foil), TOLERANCE, id);
    assertAlmostEquals(found.get(`d of ${id}`)!, Number(d), TOLERANCE, id);
  }
  for (const { id, layer, position, effect } of goldenTable(TINY, "trace_resid")) {
    const place = `effect of ${id}, layer ${layer}, position ${position}`;
    assertAlmostEquals(found.get(place)!, Number(effect), TOLERANCE, place);
    if (Number(position) === 0) assertEquals(found.get(place), 0, place); // what the method fixes stays exact
  }
});

testOnWebgpu("gradients of a sentence are those of the processor", async () => {
  const { model, pairs: data, images } = TINY;
  const hook = "blocks.0.attn.hook_result";
  const gradientOn = async (device: "cpu" | "webgpu") => {
    await using study = await Study.open({ model, data, images, device, cache: false });
    const { negated } = await study.row(study.pairs[0]!.id);
    return (await negated.gradients(hook)).row(hook, 0).data;
  };
  const [found, expected] = [await gradientOn("webgpu"), await gradientOn("cpu")];
  const largest = Math.max(...expected.map(Math.abs));
  expected.forEach((x, i) => assertAlmostEquals(found[i]!, x, TOLERANCE * largest));
});
