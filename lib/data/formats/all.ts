/** The formats of data files that can be read. To add one, write a file beside this one and list it here. */

import type { DataFormat } from "./format.ts";
import { PAIR_LIST } from "./pair_list.ts";
import { PREMISES, SENTENCES } from "./text_rows.ts";
import { VALSE } from "./valse.ts";

export const FORMATS: readonly DataFormat[] = [VALSE, PAIR_LIST, PREMISES, SENTENCES];
