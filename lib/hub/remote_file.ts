/** A file of a repository, as the Hub lists it. */

import type { Checksum } from "./partial_file.ts";

/** A file of a repository. */
export interface RemoteFile {
  /** Its path within the repository, e.g. `onnx/text_model.onnx`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** SHA-256 for large files, git's checksum for others. */
  readonly checksum: Checksum;
}
