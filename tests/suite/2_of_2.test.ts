/** A share of the test files that are not slow, in a worker of its own. */

import { loadShare } from "./share.ts";

await loadShare(2, 2);
