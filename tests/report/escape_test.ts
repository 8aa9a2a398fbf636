import { assertEquals } from "@std/assert";
import { Html, html } from "../../lib/report/escape.ts";

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
