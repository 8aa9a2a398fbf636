import { assertEquals } from "@std/assert";
import { RowReader } from "../../../lib/data/formats/format.ts";
import { assertEachThrows } from "../../error_codes.ts";

const PLACE = { source: "pairs.json", where: "row 3" };

const ROW = RowReader.of({ inner: { votes: 4, list: [], deep: { one: 1 } } }, PLACE);

Deno.test("within() reads an object in the row, and names its keys by their path", () => {
  const inner = ROW.within("inner");
  assertEquals(inner.number("votes", { min: 0 }), 4);
  const few = '"inner.votes" must be a number of at least 5, but it is 4';
  assertEachThrows("row-wrong", [
    [() => inner.number("votes", { min: 5 }), `Cannot read row 3 from "pairs.json": ${few}`],
    [() => inner.within("deep").text("one"), '"inner.deep.one" must be a text'],
    [() => inner.within("list"), '"inner.list" must be an object'],
    [() => ROW.within("absent"), '"absent" must be an object'],
  ]);
});
