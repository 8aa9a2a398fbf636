/** Refuses systems for which ONNX Runtime has no program, before its package fails to load one. Imported ahead of the package. */

import { NegscopeError } from "../errors.ts";

/** Refuses an Intel Mac, which onnxruntime-node no longer supports. */
export function checkHasBinary({ os, arch }: Pick<typeof Deno.build, "os" | "arch">): void {
  if (os !== "darwin" || arch !== "x86_64") return;
  throw new NegscopeError("device-missing", {
    problem: "Cannot run models on this Mac",
    subject: arch,
    reason: "ONNX Runtime is not built for Macs with Intel's processors any more",
    expected: "a Mac with Apple's processor, Linux or Windows",
    fix: "use another machine, or Linux in a container or a virtual machine",
  });
}

checkHasBinary(Deno.build);
