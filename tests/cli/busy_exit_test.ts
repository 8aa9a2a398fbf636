import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("./busy_task.ts", import.meta.url));

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.test({
    name: `a task ends at ${signal} with ${code} and its message while its thread is busy`,
    ignore: Deno.build.os === "windows",
    fn: async () => {
      const process = new Deno.Command(Deno.execPath(), {
        args: ["run", "--no-check", "--allow-ffi", "--allow-read", "--allow-env", SCRIPT],
        ...{ stdin: "null", stdout: "piped", stderr: "piped" },
      }).spawn();
      const output = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
      assertEquals(await output.read(), { value: "busy\n", done: false });
      process.kill(signal);
      const rest = await output.read();
      const errors = await new Response(process.stderr).text();
      const { code: found } = await process.status;
      assertEquals([found, rest.done], [code, true], "it is not done");
      assertEquals(errors, "Interrupted: finished rows are kept; give the same command to go on\n");
    },
  });
}
