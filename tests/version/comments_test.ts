import { assertEquals } from "@std/assert";
import { withoutComments } from "../../lib/version/comments.ts";

Deno.test("withoutComments() takes out lines of comments and those at the end of a line", () => {
  const source = [
    "/** One.",
    " * Two. */",
    "const a = 1; // three",
    "  // four",
    "const b = a / 2; /* five */",
    "const c = b[0]! / a; // it's",
    "",
    "f(/* six */ c);",
  ].join("\n");
  assertEquals(
    withoutComments(source),
    "const a = 1;\nconst b = a / 2;\nconst c = b[0]! / a;\n\nf(/* six */ c);",
  );
});

Deno.test("withoutComments() leaves what only looks like a comment in a text, a template or a pattern", () => {
  const codes = [
    '"https://host"; \'// no\'; "\\"// no";',
    '`// no ${a ? `// no ${b} ${{ c: `//` }}` : "`"}\n// no`;',
    "x.replace(/[\"'`//]/g, '// no');",
    "return /\\//;",
    "const pattern = /^\\/*/;",
  ];
  for (const code of codes) {
    assertEquals(withoutComments(code), code);
    assertEquals(withoutComments(`${code} // yes`), code);
  }
});
