/** The record of a run: its input, its options and its duration. */

import type { RowCounts } from "../data/read.ts";
import type { Json } from "../reading/json.ts";
import type { EmbeddingOrigins, Sources, TakenTower } from "../reading/path.ts";

/** Rows that were used but may not be what they say. */
export interface DoubtfulRows {
  /** Why, e.g. `no known negating word in the sentence given as negated`. */
  readonly warning: string;
  /** How many. */
  readonly n: number;
  /** Their ids. */
  readonly ids: readonly string[];
}

/** A tower's sizes. */
export interface ModelSizes {
  /** Number of blocks. */
  readonly layers: number;
  /** Attention heads of a block. */
  readonly heads: number;
  /** Size of a residual-stream vector. */
  readonly width: number;
  /** Size of an embedding. */
  readonly projection: number;
}

/** A shard that a run was merged from. */
export interface ShardRecord {
  /** Which shard, in the form of `--shard`. */
  readonly shard: string;
  /** When it began, as ISO 8601 in UTC. */
  readonly start: string;
  /** Seconds by phase. */
  readonly seconds: { readonly [phase: string]: number };
  /** Where its embeddings came from; absent if nothing was scored, and in older runs. */
  readonly embeddings?: EmbeddingOrigins;
}

/** Everything that is needed to repeat a run. */
export interface Manifest {
  /** The task's name, e.g. `trace`. */
  readonly command: string;
  /** Every option with its value, defaults included. */
  readonly options: { readonly [option: string]: Json };
  /** The seed of all random numbers. */
  readonly seed: number;
  /** The model's name and its towers' sizes, of the image tower unless embeddings made elsewhere stand in for it; absent if the task reads no model. */
  readonly model?: {
    readonly name: string;
    readonly text: ModelSizes;
    readonly image?: ModelSizes;
    /** The files that the towers in use were taken from; absent in older runs. */
    readonly taken?: readonly TakenTower[];
    /** S in words, e.g. `117.33 x cosine - 12.930`; absent if it is 100 x cosine as in CLIP. */
    readonly score?: string;
    /** Whether a position of the text tower attends only to itself and earlier ones; absent in older runs. */
    readonly causal?: boolean;
    /** Threads of an operator in the process that wrote this; no number depends on them. Of a merged run, those of its first shard. Absent in older runs. */
    readonly threads?: number;
  };
  /** Releases of the kit, of Deno and of ONNX Runtime, and the checksum of the kit's own code, absent in older runs. */
  readonly versions: {
    readonly kit: string;
    readonly code?: string;
    readonly deno: string;
    readonly onnxruntime: string;
  };
  /** The files that determine the run's numbers. */
  readonly sources: Sources;
  /** For an experiment that is not one of the kit's: the SHA-256 of its own functions. */
  readonly code?: string;
  /** The number of rows in the data file, how many the run used, and why the others were left out. */
  readonly rows: RowCounts;
  /** Rows of the run that may not be what they say; absent if there are none. */
  readonly warnings?: readonly DoubtfulRows[];
  /** How many rows each engine measured, for an experiment with a choice of engines. */
  readonly engines?: { readonly [engine: string]: number };
  /** Where the embeddings of a scored run came from, the images' unless they were made elsewhere. Absent of a merged run, and in older runs. */
  readonly embeddings?: EmbeddingOrigins;
  /** The names of the files that the run wrote, in the order of writing, without this file and report.html, which is made from them. */
  readonly files: readonly string[];
  /** The SHA-256 of the files written so far, and of report.html, by name, without pictures, which can be drawn again. */
  readonly checksums?: { readonly [file: string]: string };
  /** The SHA-256 of pictures as they were last drawn, by name: one that was edited since is not drawn over. */
  readonly pictures?: { readonly [file: string]: string };
  /** For a merged run: when its shards began and how long they took. */
  readonly shards?: readonly ShardRecord[];
  /** Whether all files have been written. */
  readonly finished: boolean;
  /** When the run began, as ISO 8601 in UTC. */
  readonly start: string;
  /** Seconds by phase: `load`, `images`, `evaluate`, `trace`, … */
  readonly seconds: { readonly [phase: string]: number };
}
