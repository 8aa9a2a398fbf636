/** The kit's code as it was committed, see code.ts. Written by `deno task docs`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
<<<<<<< HEAD
  embeddings: "36fb397804d9cf4e2ca2fc3e8e28998866d8552ab1062651619bc4b10e00e640",
  runs: "311dcd7a611dc8e88240a16626c3c3fd3e79ac2a4a569fa37e26bb3fa0abdf5e",
=======
  embeddings: "052f0eec131dd1016df2a4714da51b3d0acdfa5c1e63fc7f6121a19f458bceb1",
  runs: "b9d5a1481a90d49aa471b361f2853fcb0cefb4c279b805699c84bef4e6603856",
>>>>>>> lead
};
