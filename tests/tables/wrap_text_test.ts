import { assertEquals } from "@std/assert";
import { unwrapText, wrapText } from "../../lib/tables/wrap_text.ts";

Deno.test("unwrapText() undoes wrapText(), and joins no other line", () => {
  for (let length = 1; length < 12; length++) {
    const words = Array.from({ length: 60 }, (_, i) => "x".repeat(1 + (i * length) % 13));
    const texts = [words.join(" "), `${words.slice(0, 20).join(" ")} 95 % ${words.join(" ")}`];
    const text = texts.join("\n");
    assertEquals(unwrapText(texts.map((each) => wrapText(each)).join("\n")), text);
  }
  const listed = "600 rows read:\n   21 dropped: too long\n  549 used";
  assertEquals(unwrapText(listed), listed);
  const whole = `${"long ".repeat(20)}line\n  text tower: 6\n  image tower: 3`;
  assertEquals(unwrapText(whole), whole);
});
