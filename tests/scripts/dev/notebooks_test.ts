import { assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { inFolder, runTask } from "../task_process.ts";

const NO_JUPYTER = { NEGSCOPE_JUPYTER: "/nowhere/jupyter" };

Deno.test("notebooks says how to get a Jupyter client if there is none, and exits with 2", async () => {
  const { code, stdout, stderr } = await runTask("notebooks", [], { variables: NO_JUPYTER });
  assertEquals([code, stdout], [2, ""]);
  assertEquals(
    stderr,
    'Cannot run the notebooks with "/nowhere/jupyter": expected Jupyter with nbconvert; get it by ' +
      '"python3 -m venv .venv && .venv/bin/pip install -r .ci/jupyter.txt", then set NEGSCOPE_JUPYTER=.venv/bin/jupyter\n' +
      "See: deno task dev notebooks --help\n",
  );
});

Deno.test("notebooks does not accept a program without nbconvert as a Jupyter client", () =>
  inFolder(async (folder) => {
    const command = `${folder}/jupyter`;
    await Deno.writeTextFile(command, "#!/bin/sh\nexit 1\n", { mode: 0o755 });
    const { code, stderr } = await runTask("notebooks", [], {
      variables: { NEGSCOPE_JUPYTER: command },
    });
    assertEquals(code, 2);
    assertStringIncludes(stderr, `Cannot run the notebooks with "${command}"`);
  }));

Deno.test("the repository's kernel starts Deno through npx, without telemetry", async () => {
  const path = fileURLToPath(
    new URL("../../../.jupyter/kernels/deno/kernel.json", import.meta.url),
  );
  const kernel = JSON.parse(await Deno.readTextFile(path));
  assertEquals(kernel.argv, [
    ...["npx", "--yes", "deno@2.9.6"],
    ...["jupyter", "--kernel", "--conn", "{connection_file}"],
  ]);
  assertEquals(kernel.language, "typescript");
});
