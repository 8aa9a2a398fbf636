import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { inFolder, runTask } from "./scripts/task_process.ts";

const FIGURES = fileURLToPath(new URL("../docs/figures", import.meta.url));

Deno.test("the README's figures are those that `deno task dev readme` draws from committed tables", () =>
  inFolder(async (folder) => {
    const { code, stderr } = await runTask("dev", ["readme", "--out", folder]);
    assertEquals([code, stderr], [0, ""]);
    for (const { name } of Deno.readDirSync(folder)) {
      const drawn = Deno.readTextFileSync(`${folder}/${name}`);
      assertEquals(drawn === Deno.readTextFileSync(`${FIGURES}/${name}`), true, name);
    }
  }));
