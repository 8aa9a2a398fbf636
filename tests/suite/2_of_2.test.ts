/** A share of the test files, in a worker of its own. */

import { loadShare } from "./share.ts";

await loadShare(2, 2);
