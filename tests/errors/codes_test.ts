import { assertEquals } from "@std/assert";
import { allThrowSites } from "../../scripts/dev/docs/errors_page.ts";
import { sourceFiles } from "../../scripts/dev/docs/kit_files.ts";
import { throwSites } from "../../scripts/dev/docs/throw_sites.ts";

const WORD = /[\w'.*/@-]*\w/g;

/** All sequences of three words in the fixed parts of a message. */
function phrases(message: string): string[] {
  return message.split("…").flatMap((part) => {
    const words = part.match(WORD) ?? [];
    return words.slice(2).map((_, i) => words.slice(i, i + 3).join(" "));
  });
}

async function* testFiles(folder: URL): AsyncGenerator<URL> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) yield* testFiles(new URL(`${name}/`, folder));
    else if (name.endsWith("_test.ts")) yield new URL(name, folder);
  }
}

/** The source of all tests. */
async function sourceOfTests(): Promise<string> {
  const files = await Array.fromAsync(testFiles(new URL("../", import.meta.url)));
  return (await Promise.all(files.map((file) => Deno.readTextFile(file)))).join("\n");
}

/** The words of source, independent of escapes and of how a text is split. */
function wordsOf(source: string): string {
  return ` ${source.replaceAll("\\n", " ").match(WORD)!.join(" ")} `;
}

Deno.test("every message is in a test, found by three words that no other message has", async () => {
  const messages = [...new Set((await allThrowSites()).map(({ message }) => message))];
  const all = messages.map((message) => new Set(phrases(message)));
  const owned = all.map((own) =>
    [...own].filter((phrase) => all.filter((other) => other.has(phrase)).length === 1)
  );
  const words = wordsOf(await sourceOfTests());
  const isTested = (own: string[]) => own.some((phrase) => words.includes(` ${phrase} `));
  assertEquals(owned.filter((own) => own.length > 0 && !isTested(own)), []); // short messages have no three words of their own
});

Deno.test("every code that an error is made with is in a test", async () => {
  const made = [...(await sourceFiles()).values()].flatMap((source) => throwSites(source));
  const tests = await sourceOfTests();
  const codes = new Set(made.map(({ code }) => code));
  assertEquals([...codes].filter((code) => !tests.includes(`"${code}"`)), []);
});
