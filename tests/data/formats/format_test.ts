import { assertEquals } from "@std/assert";
import { RowReader } from "../../../lib/data/formats/format.ts";
import { assertEachThrows, assertThrowsCode } from "../../error_codes.ts";

const PLACE = { source: "pairs.json", where: "row 3" };

const ROW = RowReader.of({
  ...{ id: "a", blank: " \t", part: "no", nothing: null, empty: "" },
  ...{ one: 1, half: 0.5, text: "1", large: Infinity, none: NaN },
  inner: { votes: 4, list: [], deep: { one: 1 } },
}, PLACE);

function refusal(read: () => unknown): string {
  const { message } = assertThrowsCode(read, "row-wrong");
  return message.replace('Cannot read row 3 from "pairs.json": ', "");
}

Deno.test("within() reads an object in the row, and names its keys by their path", () => {
  const inner = ROW.within("inner");
  assertEquals(inner.number("votes", { min: 0 }), 4);
  assertEquals(
    refusal(() => inner.number("votes", { min: 5 })),
    '"inner.votes" must be a number of at least 5, but it is 4',
  );
  assertEachThrows("row-wrong", [
    [() => inner.within("deep").text("one"), '"inner.deep.one" must be a text'],
    [() => inner.within("list"), '"inner.list" must be an object'],
    [() => ROW.within("absent"), '"absent" must be an object'],
  ]);
});
