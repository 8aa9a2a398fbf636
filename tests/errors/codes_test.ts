import { assertEquals } from "@std/assert";
import { madeErrors } from "../../scripts/dev/docs/pages.ts";

async function* testFiles(folder: URL): AsyncGenerator<URL> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) yield* testFiles(new URL(`${name}/`, folder));
    else if (name.endsWith("_test.ts")) yield new URL(name, folder);
  }
}

Deno.test("every code that an error is made with is in a test", async () => {
  const files = await Array.fromAsync(testFiles(new URL("../", import.meta.url)));
  const tests = (await Promise.all(files.map((file) => Deno.readTextFile(file)))).join("\n");
  const codes = new Set((await madeErrors()).map(({ code }) => code));
  assertEquals([...codes].filter((code) => !new RegExp(`["'\`]${code}["':]`).test(tests)), []);
});
