import { assertEquals } from "@std/assert";
import { withoutComments } from "../../lib/version/code_text.ts";

Deno.test("withoutComments() removes comments of all forms with the lines that they stand on", () => {
  const source = [
    "/** What it is. */",
    "",
    "// more",
    'import { a } from "./a.ts"; // of a',
    "",
    "/**",
    " * A function.",
    " */",
    "export function f(/* none */) {",
    "  // nothing",
    "  return a;",
    "}",
    "",
  ].join("\n");
  assertEquals(
    withoutComments(source),
    'import { a } from "./a.ts";\nexport function f() {\n  return a;\n}',
  );
});

Deno.test("withoutComments() keeps what only looks like a comment", () => {
  for (
    const code of [
      'const url = "https://a.b/c"; const two = "/*" + "*/";',
      "const text = `// ${f({ a: `/* ${'}'} */` })} // ${1}\n// still text\n`;",
      "const pattern = /\"\\/\\/[/*'`]/; const other = x.replace(/\\/\\*/g, '');",
      "return /[/]\\/\\/'/.test(a) ? a / b / c : `${a}`;",
      "const escaped = '\\'// a'; const quote = \"\\\"/* b */\";",
    ]
  ) {
    assertEquals(withoutComments(code), code);
    assertEquals(withoutComments(`${code} // end`), code);
  }
});

Deno.test("withoutComments() leaves alone what it cannot scan for sure", () => {
  for (const code of ["if (a) /'/.test(b); // c", "f(); } // c", "const a = `b; // c", "{ // c"]) {
    assertEquals(withoutComments(code), code);
  }
});
