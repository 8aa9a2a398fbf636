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

Deno.test("a task goes on if its thread that listens for signals fails", async () => {
  const module = new URL("../../lib/cli/busy_exit.ts", import.meta.url).href;
  const script = `
    import { endEvenIfBusy } from "${module}";
    using _busy = endEvenIfBusy("", { SIGKILL: 137 }); // for which no process can listen
    await new Promise((resolve) => setTimeout(resolve, 2000)); // the thread has failed by then
    console.log("done");
  `;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--allow-ffi", "--allow-read", "--allow-env", "-"],
    cwd: fileURLToPath(new URL("../../", import.meta.url)),
    ...{ stdin: "piped", stdout: "piped", stderr: "piped" },
  }).spawn();
  const input = child.stdin.getWriter();
  await input.write(new TextEncoder().encode(script));
  await input.close();
  const { code, stdout } = await child.output();
  assertEquals([code, new TextDecoder().decode(stdout)], [0, "done\n"]);
});
