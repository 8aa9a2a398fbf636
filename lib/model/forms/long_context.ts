/** Long-CLIP's weights laid over the settings of a CLIP: they come without settings, and read longer sentences. */

import { openCheckpoint } from "../../checkpoint/checkpoint.ts";
import type { FileAt } from "../../reading/files.ts";
import { isTextAlone } from "./text_alone.ts";

type Json = Readonly<Record<string, unknown>>;

/** The second table of position embeddings by its name in Long-CLIP's code, behind any prefix. */
const SECOND_TABLE = /(?:^|\.)positional_embedding_res$/;

/** The number of positions in the tables of Long-CLIP's weights. Returns undefined if it has no second table of position embeddings. */
export function longContext(at: FileAt): number | undefined {
  const { arrays } = openCheckpoint(at);
  const name = [...arrays.keys()].find((name) => SECOND_TABLE.test(name));
  return name === undefined ? undefined : arrays.get(name)!.shape[0];
}

/**
 * The keys and values of a config.json with another number of positions.
 *
 * @param positions The number; undefined leaves them as they are.
 */
export function withPositions(config: Json, positions: number | undefined): Json {
  if (positions === undefined) return config;
  if (isTextAlone(config)) return { ...config, max_position_embeddings: positions };
  const older = "text_config_dict"; // counts instead, where it is there
  const key = config[older] == null ? "text_config" : older;
  return { ...config, [key]: { ...config[key] as Json, max_position_embeddings: positions } };
}
