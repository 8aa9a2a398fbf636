/** Gives the tests of a process a cache folder of their own, so that they neither use the user's nor write into it. */

import { tmpdir } from "node:os";
import process from "node:process";

const FOLDERS = `${tmpdir()}/negscope_tests`;
const now = Deno.env.get("XDG_CACHE_HOME") || `${Deno.env.get("HOME")}/.cache`;
const own = `${FOLDERS}/${Deno.pid}`; // one for all workers of the process, of which none knows when the others end

if (now !== own) {
  if (Deno.build.os === "linux" && !Deno.env.get("DENO_DIR")) {
    Deno.env.set("DENO_DIR", `${now}/deno`); // for tests that start Deno, which would fetch the packages anew
  }
  Deno.mkdirSync(own, { recursive: true });
  Deno.env.set("XDG_CACHE_HOME", own);
  for (const { name } of Deno.readDirSync(FOLDERS)) if (hasEnded(Number(name))) remove(name);
}

function hasEnded(pid: number): boolean {
  try {
    process.kill(pid, 0); // which only asks
    return false;
  } catch (error) {
    return (error as { readonly code?: string }).code === "ESRCH";
  }
}

function remove(name: string): void {
  try {
    Deno.removeSync(`${FOLDERS}/${name}`, { recursive: true });
  } catch {
    // another process that starts removes it too
  }
}

/** A variable that gives a task, started as a process, a cache folder that nothing is in. */
export function freshCache(): { readonly XDG_CACHE_HOME: string } {
  return { XDG_CACHE_HOME: `${own}/${crypto.randomUUID()}` };
}
