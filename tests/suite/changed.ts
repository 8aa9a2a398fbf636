/**
 * Loads the tests of what git says has changed since the last commit, or since another: `deno task dev test:changed main`.
 */

import { importsIn, ROOT } from "../imports.ts";
import { affectedTests } from "./affected.ts";
import { loadTests, testFiles } from "./share.ts";

async function git(...args: string[]): Promise<string[]> {
  const { success, stdout, stderr } = await new Deno.Command("git", { args, cwd: ROOT }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).split("\n").filter((line) => line !== "");
}

const changed = [
  ...await git("diff", "--name-only", Deno.args[0] ?? "HEAD"),
  ...await git("ls-files", "--others", "--exclude-standard"),
];
const imports = ["lib", "scripts"].flatMap(importsIn);
await loadTests(affectedTests(changed, { tests: testFiles(), imports }));
