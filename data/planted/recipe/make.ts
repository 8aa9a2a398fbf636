/**
 * Writes the planted models, their rows and their images; the same bytes every time.
 *
 *     deno run --allow-read --allow-write data/planted/recipe/make.ts
 *     deno run --allow-read --allow-write data/planted/recipe/make.ts DIR
 */

import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { makeFolder, writeWhole } from "../../../lib/files/write_whole.ts";
import { plantedFiles } from "./files.ts";

const out = Deno.args[0] ?? fileURLToPath(new URL("..", import.meta.url)).replace(/[/\\]$/, "");
for (const [path, content] of plantedFiles()) {
  await makeFolder(dirname(`${out}/${path}`));
  await writeWhole(`${out}/${path}`, content);
}
