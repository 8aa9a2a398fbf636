/** The formats of data files that can be read. A new one is a file beside this one, and an entry here. */

import type { DataFormat } from "./data_format.ts";
import { PAIR_LIST } from "./pair_list.ts";
import { VALSE } from "./valse.ts";

/** All formats: a file is read by the first that it matches. */
export const FORMATS: readonly DataFormat[] = [VALSE, PAIR_LIST];
