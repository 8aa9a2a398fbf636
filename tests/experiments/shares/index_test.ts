import { loadStudy } from "../../../lib/opening/load_study.ts";
import { assert, assertEquals } from "@std/assert";
import { shares } from "../../../lib/experiments/shares/index.ts";
import { FAST_ENGINE, GENERAL_ENGINE } from "../../../lib/engine/changes/run_changes.ts";
import { nodeRuntime } from "../../../lib/runtime/node.ts";
import { openInputs } from "../../../lib/opening/open_inputs.ts";
import { Study } from "../../../lib/runs/study.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { SIGLIP_TINY, STANDARD_PAIRS, TINY } from "../../studies.ts";

const { model, pairs: data, images } = TINY;

for (const [onnx, engine] of [["", FAST_ENGINE], ["_fp16", GENERAL_ENGINE]] as const) {
  Deno.test(`shares says that its rows are measured by ${engine}, export "${onnx}"`, async () => {
    await using study = await loadStudy(
      await openInputs({ model, data, images, threads: 1, ...(onnx !== "" && { onnx }) }),
      { runtime: nodeRuntime() },
    );
    const engines = await shares.engines!(study, { control: [] });
    assertEquals(engines.length, study.pairs.length);
    assert(engines.every((name) => name?.startsWith(engine)), engines.join());
  });
}

Deno.test("shares refuses rows that are not minimal pairs, and models without a causal mask", async () => {
  const common = { images, threads: 1, cache: false } as const;
  const pairs = { data: STANDARD_PAIRS, protocol: "standard" } as const;
  await using standard = await Study.open({ ...common, model, ...pairs });
  await assertRejectsCode(() => standard.run(shares), "pair-not-minimal");
  await using siglip = await Study.open({ ...common, model: SIGLIP_TINY.model, data });
  await assertRejectsCode(() => siglip.run(shares), "model-unfit");
});
