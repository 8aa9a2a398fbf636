import { assert, assertEquals } from "@std/assert";
import { errorsPage, madeErrors } from "../../../../scripts/dev/docs/pages.ts";

const read = (path: string) => Deno.readTextFile(new URL(`../../../../${path}`, import.meta.url));
const [MADE, PAGE] = [await madeErrors(), await read("docs/errors.md")];

Deno.test("docs/errors.md is up to date with deno task dev docs", async () => {
  assertEquals(PAGE, await errorsPage(PAGE));
  const without = PAGE.replaceAll(/^ {4}.+\n+/gm, "");
  assertEquals(await errorsPage(without), PAGE);
});

Deno.test("every code is made somewhere, and every error has a heading", async () => {
  const headings = Array.from(PAGE.matchAll(/^### (.+)$/gm), ([, code]) => code!);
  const codes = Array.from(
    (await read("lib/errors/codes.ts")).matchAll(/"([\w-]+)"/g),
    ([, it]) => it!,
  );
  assertEquals(headings, codes);
  assertEquals(new Set(MADE.map(({ code }) => code)), new Set(codes));
});

Deno.test("every message begins with what could not be done", () => {
  for (const { code, begins } of MADE) {
    assert(/^(Cannot .*[^.]|Interrupted)$/.test(begins), `${code}: ${begins}`);
  }
});
