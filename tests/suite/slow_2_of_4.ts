/** A share of the slow test files, in a worker of its own. */

import { loadShare } from "./share.ts";

await loadShare(2, 4, { slow: true });
