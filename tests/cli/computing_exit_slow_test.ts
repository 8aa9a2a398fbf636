import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("./computing_task.ts", import.meta.url));

Deno.test({
  name: "a task that a signal ends while threads compute ends with its code, and does not crash",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const codes: number[] = [];
    for (let i = 0; i < 20; i++) { // by Deno.exit one of seven crashed
      const process = new Deno.Command(Deno.execPath(), {
        args: ["run", "--no-check", "--allow-ffi", "--allow-read", "--allow-env", SCRIPT],
        ...{ stdin: "null", stdout: "piped", stderr: "null" },
      }).spawn();
      const output = process.stdout.getReader();
      await output.read();
      await new Promise((resolve) => setTimeout(resolve, 3 * i));
      process.kill("SIGTERM");
      await output.read();
      codes.push((await process.status).code);
    }
    assertEquals(codes, codes.map(() => 143));
  },
});
