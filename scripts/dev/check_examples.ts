/**
 * Type-checks the examples in comments and in Markdown: `deno task dev check:examples`.
 *
 * Deno imports into an example all that its file exports. So names may be unused there, and nowhere else.
 */

import { fileURLToPath } from "node:url";
import { removeFile, writeWhole } from "../../lib/files/write_whole.ts";
import { MOST_BYTES, readText } from "../../lib/files/read_file.ts";

const ROOT = new URL("../../", import.meta.url);

const own = JSON.parse(await readText(new URL("deno.json", ROOT), MOST_BYTES.own));
const config = fileURLToPath(new URL("deno.examples.json", ROOT)); // beside the other, as its paths are relative
const options = { ...own.compilerOptions, noUnusedLocals: false };
await writeWhole(config, JSON.stringify({ ...own, compilerOptions: options }));
try {
  const args = ["check", "--doc-only", "--config", config, ".", "README.md"];
  const { code } = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT }).spawn().status;
  Deno.exitCode = code;
} finally {
  await removeFile(config);
}
