/** A browser of the Chromium family, in which pages are tested. */

import { inFolder } from "./scripts/task_process.ts";

const NAMES = ["chromium", "google-chrome"];

/** The path of the program: that which NEGSCOPE_CHROMIUM names, or one in PATH; undefined if there is none. */
export const CHROMIUM: string | undefined = Deno.env.get("NEGSCOPE_CHROMIUM") ??
  (Deno.env.get("PATH") ?? "").split(":")
    .flatMap((folder) => NAMES.map((name) => `${folder}/${name}`))
    .find(isProgram);

/** What a test says that needs a browser, after its name. */
const NEEDS_CHROMIUM = "(needs Chromium: chromium or google-chrome in PATH, or NEGSCOPE_CHROMIUM)";

/** A test with a folder for the browser, which is skipped where there is none, and says so in its name; its own file registers it, where its time is counted. */
export function browserTest(
  name: string,
  test: (folder: string, t: Deno.TestContext) => Promise<void>,
): Deno.TestDefinition {
  const fn = (t: Deno.TestContext) => inFolder((folder) => test(folder, t));
  return { name: `${name} ${NEEDS_CHROMIUM}`, ignore: CHROMIUM === undefined, fn };
}

/** Flags without which it shows windows, calls home, or cannot run in a container. */
export const CHROMIUM_FLAGS = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
] as const;

/** Opens an address in a browser with a new profile in a folder, and ends the browser when the work is done. */
export async function withBrowser<Value>(
  folder: string,
  address: string,
  work: () => Promise<Value>,
): Promise<Value> {
  const browser = new Deno.Command(CHROMIUM!, {
    args: [...CHROMIUM_FLAGS, `--user-data-dir=${folder}/profile`, address],
    ...{ stdout: "null", stderr: "null" },
  }).spawn();
  let isOpen = true;
  const closed = browser.status.then(({ code }) => {
    isOpen = false;
    return code;
  });
  const early = closed.then((code) => {
    throw new Error(`the browser ended with code ${code}`);
  });
  try {
    return await Promise.race([work(), early]);
  } finally {
    early.catch(() => undefined);
    if (isOpen) browser.kill();
    await closed;
    const profile = () => Deno.remove(`${folder}/profile`, { recursive: true }).catch(() => true);
    for (let left = 50; await profile() && left > 0; left--) { // its further processes write for a moment
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

function isProgram(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
