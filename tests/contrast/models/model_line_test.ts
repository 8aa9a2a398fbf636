import { assertEquals } from "@std/assert";
import { headCounts } from "../../../lib/contrast/models/model_line.ts";
import { readCsvRows } from "../../../lib/tables/csv.ts";

Deno.test("headCounts() counts the heads that attend names: by simultaneous intervals, from .05 on, and those beyond the control", () => {
  const csv =
    `negation,layer,head,above_baseline,above_baseline_low,above_baseline_high,simultaneous_low,simultaneous_high,control,above_baseline_control,above_baseline_beyond,above_baseline_beyond_low,above_baseline_beyond_high,beyond_control
foil,1,1,0.2,0.1,0.3,0.05,0.35,random,0.01,0.19,0.04,0.34,yes
caption,1,1,0.2,0.1,0.3,0.05,0.35,random,0.06,0.14,-0.01,0.29,no
foil,1,2,0.2,0.1,0.3,-0.05,0.45,random,0.01,0.19,-0.06,0.44,no
foil,1,3,0.04,0.03,0.05,0.02,0.06,random,0.01,0.03,0.01,0.05,no
`;
  const { heads, heads_beyond_control } = headCounts(readCsvRows(csv, "heads"));
  assertEquals([heads, heads_beyond_control], [{ value: 1 }, { value: 1 }]);
});
