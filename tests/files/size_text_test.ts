import { assertEquals } from "@std/assert";
import { sizeText } from "../../lib/files/size_text.ts";

Deno.test("sizeText() has three digits at most, in the unit that suits", () => {
  const cases = [
    ...[[0, "0 bytes"], [1, "1 byte"], [999, "999 bytes"], [1000, "1.0 kB"], [4186, "4.19 kB"]],
    ...[[9_994, "9.99 kB"], [9_996, "10.0 kB"], [99_960, "100 kB"], [999_499, "999 kB"]],
    ...[[999_500, "1.0 MB"], [2_224_041, "2.22 MB"], [605_247_071, "605 MB"]],
    ...[[999_499_999, "999 MB"], [999_500_000, "1.0 GB"], [1_710_540_580, "1.71 GB"]],
    [12_345_678_901_234, "12346 GB"],
  ] as const;
  for (const [bytes, text] of cases) assertEquals(sizeText(bytes), text);
});
