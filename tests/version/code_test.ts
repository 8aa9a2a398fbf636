import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { codeVersion, versionOfCode } from "../../lib/version/code.ts";
import { COMMITTED } from "../../lib/version/committed.ts";
import { filesIn, importsIn, loadedBy, ROOT } from "../imports.ts";

const GENERATED = "lib/version/committed.ts";
const KINDS = ["embeddings", "runs"] as const;

const readModule = (module: URL) => Deno.readTextFileSync(module);

/** The version of code of which one file is another. */
function versionWith(kind: typeof KINDS[number], path: string, edit: (text: string) => string) {
  return versionOfCode(kind, (module) => {
    const text = readModule(module);
    if (!module.pathname.endsWith(path)) return text;
    assertNotEquals(edit(text), text, path);
    return edit(text);
  });
}

Deno.test("the committed versions are those of the code (deno task dev docs writes them)", () => {
  const all = Object.keys(COMMITTED) as (keyof typeof COMMITTED)[];
  const now = Object.fromEntries(all.map((kind) => [kind, versionOfCode(kind, readModule)]));
  assertEquals(COMMITTED, now);
  assertEquals(KINDS.map(codeVersion), KINDS.map((kind) => COMMITTED[kind]));
});

Deno.test("versionOfCode() changes with any statement that leads to the result", () => {
  const statement = (text: string) => `${text}globalThis;\n`;
  for (const kind of KINDS) {
    for (const path of ["lib/model/image/preprocess.ts", "lib/opening/images/pixel_worker.ts"]) {
      assertNotEquals(versionWith(kind, path, statement), COMMITTED[kind], path);
    }
  }
  const ofRuns = "lib/stats/columns.ts";
  assertNotEquals(versionWith("runs", ofRuns, statement), COMMITTED.runs);
});

Deno.test("versionOfCode() reads every module that is loaded for the result, and every one that gives a run its identity", () => {
  const imports = importsIn("lib");
  for (const kind of KINDS) {
    const read = new Set<string>();
    versionOfCode(kind, (module) => {
      read.add(module.pathname.slice(ROOT.length));
      return readModule(module);
    });
    for (const path of [...read]) {
      const missing = [...loadedBy(path, imports)].filter((other) =>
        other.startsWith("lib/") && !read.has(other) && other !== GENERATED
      );
      assertEquals(missing, [], path);
    }
    if (kind === "embeddings") assert(read.has("lib/model/text/text_tower.ts"));
    else {
      const identified = filesIn("lib").filter((path) =>
        /versionsNow\(\)|RunFolder\.open\(/.test(Deno.readTextFileSync(ROOT + path))
      );
      assertEquals(identified.filter((path) => !read.has(path)), []);
      assert(identified.length > 5);
    }
  }
});
