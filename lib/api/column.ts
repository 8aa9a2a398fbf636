/** The columns of tables: kinds of them, and those that the kit's tables have in common. */

export {
  D,
  HEAD,
  HEAD_AT_Z,
  high,
  ID,
  LAYER,
  LAYER_OR_EMBEDDING,
  low,
  N,
  NEGATION,
  numberOrNone,
  ROLE,
  SEGMENT,
  SEGMENT_OR_ALL,
} from "../study/columns.ts";
export { count, estimated, key, number, optional, text } from "../tables/schema.ts";
