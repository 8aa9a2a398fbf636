/** The columns of tables: kinds of them, and those that the kit's tables have in common. */

export * from "../study/columns.ts";
export { count, estimated, key, number, optional, text } from "../tables/table.ts";
