import { assert, assertStringIncludes } from "@std/assert";
import type { Manifest } from "../../lib/files/manifest.ts";
import { leftOutHtml } from "../../lib/report/record.ts";

function sourceOf(
  rows: Manifest["rows"],
  warnings: NonNullable<Manifest["warnings"]> = [],
): string {
  return leftOutHtml({ rows, warnings } as unknown as Manifest).source;
}

Deno.test("leftOutHtml() gives the reason and the ids of dropped, skipped and doubtful rows", () => {
  const source = sourceOf({
    ...{ read: 9, kept: 4 },
    dropped: [
      { reason: "too long", n: 2, ids: ["a", "<b>"] },
      { reason: "no image", n: 1, ids: ["c"], skipped: true },
      { reason: "left out by --limit", n: 2 },
    ],
  }, [{ warning: "no known negating word", n: 1, ids: ["d"] }]);
  assertStringIncludes(source, "Of 9 rows 4 were used.");
  assertStringIncludes(source, "<b>2</b> dropped: too long");
  assertStringIncludes(source, "<code>a</code>, <code>&lt;b&gt;</code>");
  assertStringIncludes(source, "<b>1</b> skipped: no image");
  assertStringIncludes(source, '<p class="reason"><b>2</b> dropped: left out by --limit');
  assertStringIncludes(source, "<b>1</b> used, but doubtful: no known negating word");
});

Deno.test("leftOutHtml() stays small whatever letters thousands of ids and of reasons have, and says where the others are", () => {
  for (const letter of ["x", "&", "\u202e"]) {
    const ids = Array.from({ length: 9000 }, (_, i) => `${i} ${letter.repeat(100)}`);
    const reason = letter.repeat(9000);
    const dropped = Array.from({ length: 900 }, () => ({ reason, n: 9000, ids }));
    const source = sourceOf({ read: 1, kept: 1, dropped });
    const bytes = new TextEncoder().encode(source).length;
    assert(bytes < 65_000, `${bytes}`);
    assertStringIncludes(source, "<code>0 "); // of every reason some ids
    const shown = source.split("<code>").length - 1;
    assertStringIncludes(source, `${9000 - shown / 20} more are in`);
    assertStringIncludes(source, "880 more reasons are in");
  }
});
