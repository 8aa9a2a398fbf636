import { assertEquals } from "@std/assert";
import { clipped, fitting, Html, html } from "../../lib/report/html.ts";

Deno.test("html escapes its values, in content and in attributes", () => {
  const text = `<script>alert("it's")</script> & more`;
  const escaped = "&lt;script&gt;alert(&quot;it&#39;s&quot;)&lt;/script&gt; &amp; more";
  assertEquals(html`<p title="${text}">${text}</p>`.source, `<p title="${escaped}">${escaped}</p>`);
});

Deno.test("html keeps HTML as it is, joins lists, prints numbers and leaves out undefined values", () => {
  const items = ["a<", html`<b>${1.5}</b>`, undefined];
  assertEquals(html`${items}${new Html("<hr>")}${undefined}.`.source, "a&lt;<b>1.5</b><hr>.");
});

Deno.test("html shows characters of data that cannot be seen, such as one that turns a name around", () => {
  assertEquals(html`<td>${"dog\u202egpj.\x1b[0m"}`.source, "<td>dog\\u{202e}gpj.\\u{1b}[0m");
  assertEquals(html`<td>${"كلب 狗 👩‍👧"}`.source, "<td>كلب 狗 👩‍👧");
});

Deno.test("clipped() cuts a text to letters, never within a character", () => {
  assertEquals(["a&b", "a&bc"].map((text) => clipped(text, 3).source), ["a&amp;b", "a&amp;…"]);
  assertEquals(clipped("狗🐕🐕", 4).source, "狗🐕…");
  assertEquals(clipped("狗🐕🐕", 3).source, "狗…");
});

/** Forms of some bytes each. */
function formsOf(...bytes: readonly number[]) {
  return bytes.map((length) => () => new Html("x".repeat(length)));
}

Deno.test("fitting() gives all parts a small form before any has a full one, and counts those without room", () => {
  const sizesIn = (most: number) => {
    const forms = [formsOf(9, 5, 2), formsOf(8, 3), formsOf(4)];
    const { parts, rest } = fitting(forms, most, (others) => new Html(`${others}`));
    return [parts.map(({ source }) => source.length), Number(rest?.source ?? 0)];
  };
  assertEquals(sizesIn(Infinity), [[9, 8, 4], 0]);
  assertEquals(sizesIn(21), [[9, 8, 4], 0]);
  assertEquals(sizesIn(20), [[9, 3, 4], 0]);
  assertEquals(sizesIn(15), [[5, 3, 4], 0]);
  assertEquals(sizesIn(9), [[2, 3, 4], 0]);
  assertEquals(sizesIn(8), [[5, 3], 1]);
  assertEquals(sizesIn(1), [[], 3]);
  assertEquals(fitting([], 0, () => new Html("rest")), { parts: [], rest: undefined });
});
