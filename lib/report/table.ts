export type * from "../data/table.ts";
