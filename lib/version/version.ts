/** The kit's version, as deno.json has it. */

import config from "../../deno.json" with { type: "json" };

/** The version of negscope. */
export const VERSION: string = config.version;
