/** Refuses systems for which ONNX Runtime has no program, before its package fails to load one. Imported ahead of the package. */

import { NegscopeError } from "../errors/errors.ts";

/** Refuses an Intel Mac, which onnxruntime-node no longer supports, and a Linux whose C library is musl, for which it was never built. */
export function checkHasBinary(
  { os, arch, env }: Pick<typeof Deno.build, "os" | "arch" | "env">,
): void {
  const isMusl = env?.startsWith("musl") === true;
  if (!isMusl && (os !== "darwin" || arch !== "x86_64")) return;
  throw new NegscopeError("device-missing", {
    problem: `Cannot run models on this ${isMusl ? "Linux" : "Mac"}`,
    subject: isMusl ? "musl" : arch,
    reason: isMusl
      ? "its C library is musl, as in Alpine Linux, and ONNX Runtime needs glibc"
      : "ONNX Runtime is not built for Macs with Intel's processors any more",
    expected: "a Linux with glibc, a Mac with Apple's processor, or Windows",
    fix: isMusl
      ? "use a Debian image or another system with glibc"
      : "use another machine, or Linux in a container or a virtual machine",
  });
}

checkHasBinary(Deno.build);
