import { assert, assertEquals } from "@std/assert";
import { SECTIONS } from "../../../../lib/errors/codes.ts";
import { errorsPage, madeErrors } from "../../../../scripts/dev/docs/pages.ts";

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
