import { assert, assertEquals } from "@std/assert";
import { DEVICES } from "../../lib/onnx/runtime.ts";
import { Clip, openRuntime } from "../../lib/runtime/open_runtime.ts";
import { builtDevices, RUNTIME_VERSION } from "../../lib/runtime/node.ts";
import { Study } from "../../lib/runs/study.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { runHere } from "../scripts/task_here.ts";
import { inFolder, namesIn } from "../scripts/task_process.ts";

/** A device that the build for no system but another has: Core ML is of macOS alone, DirectML of Windows. */
const MISSING = DEVICES.find((device) => !builtDevices().includes(device))!;

const REFUSED =
  `Cannot compute on device "${MISSING}": ONNX Runtime ${RUNTIME_VERSION} does not have it on this system; expected cpu`;

Deno.test("openRuntime() refuses a device that the machine lacks, and names those that it has", async () => {
  const { message } = await assertRejectsCode(() => openRuntime(MISSING), "device-missing");
  assert(message.startsWith(REFUSED), message);
  assert(message.endsWith(", which this machine has"), message);
  assertEquals((await openRuntime()).device, "cpu");
});

Deno.test("Study.open(), Clip.load() and tasks refuse such a device before they look for files", () =>
  inFolder(async (folder) => {
    const options = { model: `${folder}/none`, device: MISSING };
    await assertRejectsCode(() => Study.open(options), "device-missing");
    const device = { device: MISSING };
    await assertRejectsCode(() => Clip.load(`${folder}/none`, device), "device-missing");
    for (const task of ["trace", "paper", "segment"]) {
      const flags = ["--device", MISSING, "--data", `${folder}/none`, "--out", `${folder}/out`];
      const { code, stdout, stderr } = await runHere(task, flags);
      assertEquals([code, stdout, stderr.split("\n").length], [1, "", 2], stderr);
      assert(stderr.startsWith(REFUSED), stderr);
    }
    assertEquals(namesIn(folder), []);
  }));

Deno.test("a device that there is not is refused as a wrong value", async () => {
  await assertRejectsCode(
    () => openRuntime("tpu" as "cpu"),
    'value-wrong: Cannot use device "tpu": expected cpu or webgpu or cuda or coreml or dml',
  );
});
