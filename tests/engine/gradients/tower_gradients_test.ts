import { assertEquals } from "@std/assert";
import { Tensor } from "../../../lib/hooks/tensor.ts";
import { ClipModel } from "../../../lib/model/clip_model.ts";
import type { Runtime } from "../../../lib/onnx/runtime.ts";
import { Clip } from "../../../lib/runtime/open_runtime.ts";
import { DISK } from "../../../lib/files/read_file.ts";
import { SHARP } from "../../../lib/opening/images/image_folder.ts";
import { nodeRuntime } from "../../../lib/runtime/node.ts";
import { assertEachRejects, assertRejectsCode } from "../../error_codes.ts";
import { TINY } from "../../studies.ts";

const SENTENCES = ["There is no boat.", "A boat."];
const target = Float32Array.from({ length: 12 }, (_, i) => i - 5);
const targets = [target, target];

Deno.test("one session has the gradients of the hook points that were asked for last, and goes with the model", async () => {
  let open = 0;
  const inner = nodeRuntime();
  const runtime: Runtime = {
    ...{ name: inner.name, version: inner.version, device: inner.device },
    async create(...given) {
      const session = await inner.create(...given);
      open++;
      return {
        run: (...given) => session.run(...given),
        release: async () => {
          open--;
          await session.release();
        },
      };
    },
  };
  const model = await ClipModel.load(TINY.model, {
    ...{ towers: ["text"], runtime, files: DISK, imageFiles: SHARP },
  });
  const before = open;
  const gradients = (hook: string) => model.text.runWithGradients(SENTENCES, [hook], { targets });
  const first = await gradients("*.hook_z");
  assertEquals(open - before, 1);
  const [again, other] = await Promise.all([gradients("*.hook_z"), gradients("hook_embed")]);
  assertEquals([again, other.gradients.names], [first, ["hook_embed"]]);
  assertEquals(open - before, 1);
  await model.release();
  assertEquals(open, 0);
  await assertRejectsCode(() => gradients("hook_embed"), "tower-not-loaded");
});

Deno.test("targets are one vector for each row, of any length but 0, in a list or a tensor", async () => {
  await using clip = await Clip.load(TINY.model, { towers: ["text"] });
  const gradients = (targets: Tensor | readonly Float32Array[], scale = 1) =>
    clip.text.runWithGradients(SENTENCES, ["hook_embed"], { targets, scale });
  const own = await gradients(targets);
  const both = new Tensor(Float32Array.from([...target, ...target]), [2, 12], [
    "batch",
    "projection",
  ]);
  assertEquals(await gradients(both), own);
  const longer = await gradients(targets.map((each) => each.map((x) => 4 * x)), 2);
  assertEquals(longer.scores, own.scores);
  const twice = own.gradients.row("hook_embed", 1).data.map((x) => 2 * x);
  assertEquals(longer.gradients.row("hook_embed", 1).data, twice);
  const wrong = [[target], [target, target.slice(1)], [target, target.map(() => 0)]];
  await assertEachRejects(
    "sizes-differ",
    wrong.map((each) => [() => gradients(each), "2, one for each row, of 12 finite numbers"]),
  );
});

Deno.test("gradients are refused in quantised graphs, before fused attention, and with an edit of activations", async () => {
  const refusal = async (suffix: string, hook: string) => {
    await using clip = await Clip.load(TINY.model, { towers: ["text"], suffix });
    await clip.text.runWithGradients(SENTENCES, [hook], { targets });
  };
  await assertRejectsCode(
    () => refusal("_quantized", "hook_embed"),
    "hook-unreachable: the file is quantised",
  );
  await assertRejectsCode(
    () => refusal("_attention", "blocks.1.hook_resid_post"),
    "onnx-unsupported: there is no rule for its node",
  );
  await refusal("_attention", "blocks.2.attn.hook_z"); // the last attention's result
  await using clip = await Clip.load(TINY.model, { towers: ["text"] });
  const { layers, width } = clip.text.tower.shape;
  const edited = clip.text.edited({
    ...{ kind: "direction", name: "wave", strength: 1, rule: "add", sentences: "all" },
    blocks: [layers],
    vectors: [Array.from({ length: width }, Math.sin)],
  });
  await assertRejectsCode(
    () => edited.runWithGradients(SENTENCES, ["hook_embed"], { targets }),
    "change-unfit: with an edit of activations",
  );
});
