import { assertEquals } from "@std/assert";
import { readHeadTable, readTraceTable } from "../../lib/tables/chart_tables.ts";
import { assertThrowsCode } from "../error_codes.ts";

const TRACE = [
  "negation,segment,site,layer,head,role,n,weight,cte,cte_low,cte_high,ratio_of_means",
  "foil,correct,z,4,2,full_stop,81,80,0.5,0.25,0.75,0.4",
  "caption,incorrect,resid,0,,subject_further,7,0,,,,",
].join("\n");

const HEADS = [
  "negation,layer,head,n,selectivity,selectivity_low,selectivity_high,correlation_with_d,p_value,q_value",
  "foil,4,2,240,0.377,0.25,0.5,,,",
  "caption,11,8,250,,,,,,",
].join("\n");

Deno.test("readTraceTable() reads the columns that charts are drawn from, empty cells as none", () => {
  const none = { cte: undefined, cte_low: undefined, cte_high: undefined };
  assertEquals(readTraceTable(TRACE, "trace.csv"), [
    {
      ...{ negation: "foil", segment: "correct", site: "z", layer: 4, head: 2, role: "full_stop" },
      ...{ n: 81, cte: 0.5, cte_low: 0.25, cte_high: 0.75 },
    },
    {
      ...{ negation: "caption", segment: "incorrect", site: "resid", layer: 0, head: undefined },
      ...{ role: "subject_further", n: 7, ...none },
    },
  ]);
});

Deno.test("readHeadTable() reads the columns that charts are drawn from, empty cells as none", () => {
  assertEquals(readHeadTable(HEADS, "heads.csv"), [
    {
      ...{ negation: "foil", layer: 4, head: 2, n: 240 },
      ...{ selectivity: 0.377, selectivity_low: 0.25, selectivity_high: 0.5 },
    },
    {
      ...{ negation: "caption", layer: 11, head: 8, n: 250, selectivity: undefined },
      ...{ selectivity_low: undefined, selectivity_high: undefined },
    },
  ]);
});

Deno.test("readTraceTable() and readHeadTable() name the cell that is not what its column holds", () => {
  const wrong = TRACE.replace("0.75", "much");
  assertThrowsCode(() => readTraceTable(wrong, "trace.csv"), "table-value-wrong", '"much"');
  const without = HEADS.replace(",selectivity_high", ",other");
  assertThrowsCode(
    () => readHeadTable(without, "heads.csv"),
    "table-value-wrong",
    "selectivity_high",
  );
});
