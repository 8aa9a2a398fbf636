import { checkHasBinary } from "../../lib/runtime/has_binary.ts";
import { assertThrowsCode } from "../error_codes.ts";

Deno.test("checkHasBinary() refuses an Intel Mac in plain words, and no other system that Deno runs on", () => {
  assertThrowsCode(
    () => checkHasBinary({ os: "darwin", arch: "x86_64" }),
    "device-missing: Cannot run models on this Mac: ONNX Runtime is not built for Macs with Intel's processors any more",
  );
  checkHasBinary({ os: "darwin", arch: "aarch64" });
  for (const os of ["linux", "windows"] as const) {
    for (const arch of ["x86_64", "aarch64"] as const) checkHasBinary({ os, arch });
  }
});
