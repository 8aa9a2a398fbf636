/** Gives the tests of a process a cache folder of their own, so that they neither use the user's nor write into it. */

const NAME = "negscope_tests_";
const now = Deno.env.get("XDG_CACHE_HOME") || `${Deno.env.get("HOME")}/.cache`;

if (!now.includes(NAME)) { // another worker has not done so
  if (Deno.build.os === "linux" && !Deno.env.get("DENO_DIR")) {
    Deno.env.set("DENO_DIR", `${now}/deno`); // for tests that start Deno, which would fetch the packages anew
  }
  const folder = Deno.makeTempDirSync({ prefix: NAME });
  Deno.env.set("XDG_CACHE_HOME", folder);
  globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
}

/** A variable that gives a task, started as a process, a cache folder that nothing is in. */
export function freshCache(): { readonly XDG_CACHE_HOME: string } {
  return { XDG_CACHE_HOME: `${Deno.env.get("XDG_CACHE_HOME")}/${crypto.randomUUID()}` };
}
