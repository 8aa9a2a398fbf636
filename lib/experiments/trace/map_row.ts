/** The rows of trace.csv as charts and summaries read them. */

import type { Reads } from "../../tables/schema.ts";
import type { TraceRow } from "./trace_summary.ts";

/** The columns of trace.csv that the maps read. */
export type TraceMapRow = Reads<
  TraceRow,
  | "negation"
  | "segment"
  | "site"
  | "layer"
  | "head"
  | "role"
  | "n"
  | "cte"
  | "cte_low"
  | "cte_high"
  | "simultaneous_low"
  | "simultaneous_high"
>;
