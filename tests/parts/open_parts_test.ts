import { assertEquals } from "@std/assert";
import { partsAtOnce } from "../../lib/parts/open_parts.ts";
import { inFolder } from "../scripts/task_process.ts";

Deno.test("partsAtOnce() is one for each thread, four at the most; one on another device or of a model of more than 64 MiB", () =>
  inFolder(async (folder) => {
    const files = [`${folder}/text`, `${folder}/image`];
    for (const path of files) {
      await Deno.writeTextFile(path, "");
      await Deno.truncate(path, 2 ** 25); // a hole
    }
    const atOnce = [1, 2, 3, 16].map((threads) => partsAtOnce({ threads }, files));
    assertEquals(await Promise.all(atOnce), [1, 2, 3, 4]);
    assertEquals(await partsAtOnce({ threads: 4, device: "webgpu" }, files), 1);
    await Deno.truncate(files[0]!, 2 ** 25 + 1);
    assertEquals(await partsAtOnce({ threads: 4 }, files), 1);
  }));
