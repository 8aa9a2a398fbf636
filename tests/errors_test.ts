import { assertEquals } from "@std/assert";
import { messageSource, messageTexts } from "./message_texts.ts";

const WORD = /[\w'.*/@-]*\w/g;

/** All runs of three words in what does not vary of a message. */
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

/** The words of all tests, so that neither escapes nor how a text is put together matters. */
async function wordsOfTests(): Promise<string> {
  const texts: string[] = [];
  for await (const file of testFiles(new URL("./", import.meta.url))) {
    const text = await Deno.readTextFile(file);
    texts.push(text.replaceAll("\\n", " ").match(WORD)!.join(" "));
  }
  return ` ${texts.join(" ")} `;
}

Deno.test("every message is in a test, by three words that no other message has", async () => {
  const source = await messageSource();
  const all = messageTexts(source).messages.map((message) => new Set(phrases(message)));
  const owned = all.map((own) =>
    [...own].filter((phrase) => all.filter((other) => other.has(phrase)).length === 1)
  );
  const tests = await wordsOfTests();
  const isTested = (own: string[]) => own.some((phrase) => tests.includes(` ${phrase} `));
  assertEquals(owned.filter((own) => own.length > 0 && !isTested(own)), []); // those of few words have none of their own
});
