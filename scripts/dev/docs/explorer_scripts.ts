/** data/explore: the scripts of the explorer's page, bundled from their source, so that no user's machine needs a bundler. */

import { NegscopeError } from "../../../lib/errors.ts";
import { kitPath } from "../../../lib/files/kit_files.ts";
import { MOST_BYTES, readTextSync } from "../../../lib/files/read_file.ts";
import { versionOfCode } from "../../../lib/version/code.ts";

export const SCRIPTS = {
  "page.js": "lib/explore/page/app.tsx",
  "worker.js": "lib/explore/engine/worker.ts",
} as const;

/** The first lines of both scripts, which say of which source they are. */
export function scriptHead(): string {
  const version = versionOfCode("page", (module) => readTextSync(module, MOST_BYTES.own));
  return `// deno-lint-ignore-file\n// Written by deno task docs from lib/explore; code ${version}\n`;
}

export async function explorerScript(entry: string): Promise<string> {
  const args = ["bundle", "--frozen", "--quiet", "--check=false", "--platform", "browser"];
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args, "--minify", kitPath(entry)],
  }).output();
  const text = new TextDecoder();
  if (success) return scriptHead() + text.decode(stdout);
  throw new NegscopeError("page-not-bundled", {
    problem: `Cannot bundle "${entry}"`,
    reason: text.decode(stderr).trim(),
    fix: "run deno task docs again; the first time it needs a network",
  });
}
