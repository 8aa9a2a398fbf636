import { checkHasBinary } from "../../lib/runtime/has_binary.ts";
import { assertThrowsCode } from "../error_codes.ts";

Deno.test("checkHasBinary() refuses an Intel Mac and a Linux with musl in plain words, and no other system that Deno runs on", () => {
  const refused = [
    [
      { os: "darwin", arch: "x86_64" },
      "Cannot run models on this Mac: ONNX Runtime is not built for Macs with Intel's processors any more",
    ],
    [
      { os: "linux", arch: "x86_64", env: "musl" },
      "Cannot run models on this Linux: its C library is musl, as in Alpine Linux, and ONNX Runtime needs glibc",
    ],
  ] as const;
  for (const [build, message] of refused) {
    assertThrowsCode(() => checkHasBinary(build), `device-missing: ${message}`);
  }
  checkHasBinary({ os: "darwin", arch: "aarch64" });
  for (const arch of ["x86_64", "aarch64"] as const) {
    checkHasBinary({ os: "linux", arch, env: "gnu" });
    checkHasBinary({ os: "windows", arch, env: "msvc" });
  }
});
