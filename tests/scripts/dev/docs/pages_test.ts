import { assert, assertEquals } from "@std/assert";
import { SECTIONS } from "../../../../lib/errors/codes.ts";
import { errorsPage, madeErrors, wrapped } from "../../../../scripts/dev/docs/pages.ts";

const MADE = await madeErrors();
const CODES = SECTIONS.flatMap(({ codes }) => Object.keys(codes));

Deno.test("docs/errors.md is up to date with deno task dev docs", async () => {
  const page = await Deno.readTextFile(new URL("../../../../docs/errors.md", import.meta.url));
  assertEquals(page, await errorsPage());
});

Deno.test("every code is made somewhere, and every error has a listed code", () => {
  assertEquals(new Set(MADE.map(({ code }) => code)), new Set(CODES));
  assertEquals(CODES.length, new Set(CODES).size);
});

Deno.test("every message begins with what could not be done", () => {
  for (const { code, begins } of MADE) {
    assert(/^(Cannot .*[^.]|Interrupted)$/.test(begins), `${code}: ${begins}`);
  }
});

Deno.test("wrapped() breaks lines after 100 characters, but not within code", () => {
  const [long, code] = ["a".repeat(50), `\`${"b ".repeat(20)}b\``];
  assertEquals(wrapped(`${long} ${code} ${long} end`), `${long} ${code}\n${long} end`);
  assertEquals(wrapped(`${long} ${"c".repeat(49)} d`), `${long} ${"c".repeat(49)}\nd`);
});
