import { assertEquals } from "@std/assert";
import type { BusyExitStart } from "../../lib/cli/busy_exit.ts";

const WORKER = new URL("../../lib/cli/busy_exit_worker.ts", import.meta.url).href;

Deno.test("the thread that listens for signals does nothing where there is no such library", async () => {
  const code = `import "${WORKER}"; addEventListener("message", () => postMessage("goes on"));`;
  const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  const worker = new Worker(url, { type: "module" });
  const said = new Promise<string>((resolve) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      resolve(event.message);
    };
  });
  worker.postMessage(
    {
      ...{ library: "libnone.so.0", codes: { SIGINT: 130 }, message: "" },
      ending: new Int32Array(new SharedArrayBuffer(4)),
    } satisfies BusyExitStart,
  );
  assertEquals(await said, "goes on");
  worker.terminate();
  URL.revokeObjectURL(url);
});
