/** What a manifest records beside a run's identity. */

import { withOptions } from "../../lib/study/experiment/experiment.ts";
import { checksumsOf, loadStudy } from "../../lib/opening/load_study.ts";
import { assertEquals } from "@std/assert";
import { evaluate } from "../../lib/study/evaluate/index.ts";
import { identityDifference } from "../../lib/runs/identity.ts";
import { describeStudy, identityOf } from "../../lib/runs/run_identity.ts";
import { nodeRuntime } from "../../lib/runtime/node.ts";
import { openInputs } from "../../lib/opening/open_inputs.ts";
import type { StudyChoice } from "../../lib/study/choice/study_options.ts";
import { SIGLIP_TINY, TINY } from "../studies.ts";

async function recordOf(choice: StudyChoice) {
  const inputs = await openInputs(choice);
  const checksums = await checksumsOf(inputs);
  await using study = await loadStudy(inputs, { runtime: nodeRuntime(), checksums });
  const { model, rows } = describeStudy(study);
  const given = { inputs, sources: checksums.sources, seed: 0 };
  return { model, rows, identity: identityOf(withOptions(evaluate), given) };
}

const choiceOf = ({ model, pairs, images }: typeof TINY): StudyChoice => (
  { model, data: pairs, images }
);

Deno.test("describeStudy() records threads, which are no part of the identity", async () => {
  const of = (threads?: number) => recordOf({ ...choiceOf(TINY), ...threads && { threads } });
  const [one, two, free] = [await of(1), await of(2), await of()];
  assertEquals([one.model.threads, two.model.threads], [1, 2]);
  assertEquals(free.model.threads, navigator.hardwareConcurrency, "one for each core");
  assertEquals(one.identity, two.identity);
  assertEquals(one.identity, free.identity);
});

Deno.test("a run on another device is another run", async () => {
  const { identity } = await recordOf(choiceOf(TINY));
  const { identity: other } = await recordOf({ ...choiceOf(TINY), device: "webgpu" });
  assertEquals(identityDifference(identity, other), {
    key: "options.device",
    reason: 'its --device is "cpu", this run\'s is "webgpu"',
  });
});

Deno.test("describeStudy() records whether attention is causal, by the model's family", async () => {
  assertEquals((await recordOf(choiceOf(TINY))).model.causal, true);
  assertEquals((await recordOf(choiceOf(SIGLIP_TINY))).model.causal, false);
});
