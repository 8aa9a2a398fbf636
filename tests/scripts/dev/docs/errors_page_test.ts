import { assert, assertEquals } from "@std/assert";
import { allThrowSites, errorsPage, MAKERS } from "../../../../scripts/dev/docs/errors_page.ts";
import { withoutComments } from "../../../../lib/version/comments.ts";
import { throwSites } from "../../../../scripts/dev/docs/throw_sites.ts";
import { sourceFiles } from "../../../../scripts/dev/docs/kit_files.ts";
import { SECTIONS } from "../../../../lib/errors/codes.ts";

const SITES = await allThrowSites();
const CODES = SECTIONS.flatMap(({ codes }) => Object.keys(codes));

Deno.test("docs/errors.md is up to date with deno task docs", async () => {
  const page = await Deno.readTextFile(new URL("../../../../docs/errors.md", import.meta.url));
  assertEquals(page, await errorsPage());
});

Deno.test("every code is thrown somewhere, and every error has a listed code", () => {
  assertEquals(new Set(SITES.map(({ code }) => code)), new Set(CODES));
  assertEquals(CODES.length, new Set(CODES).size);
});

Deno.test("allThrowSites() misses no new NegscopeError", async () => {
  const missed = [...await sourceFiles()].flatMap(([path, source]) => {
    if (MAKERS.includes(path)) return [];
    const made =
      /new NegscopeError\(|(?<!function )\b(?:unreadableFile\(\{|wrongValue\(|unknownName\(\{)/g;
    const count = [...withoutComments(source).matchAll(made)].length;
    return count === throwSites(source).length ? [] : [path];
  });
  // The codes and parts of these come from another thread, and from errors that were collected.
  assertEquals(missed.sort(), ["lib/data/checks/bad_rows.ts", "lib/threads/sent_error.ts"]);
});

Deno.test("every message begins with what could not be done", () => {
  for (const { code, message } of SITES) {
    assert(/^(Cannot|Interrupted)\b.*[^.]$/.test(message), `${code}: ${message}`);
  }
});
