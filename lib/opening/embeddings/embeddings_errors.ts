/** Errors about files of image embeddings. */

import type { StoredArray } from "../../checkpoint/stored_array.ts";
import { NegscopeError, shown } from "../../errors.ts";

/** Where image embeddings are, and how many numbers each must have. */
export interface EmbeddingsForm {
  readonly path: string;
  /** Numbers in an embedding of the model. */
  readonly size: number;
}

export function isMatrix(path: string): boolean {
  return path.toLowerCase().endsWith(".npy");
}

/** Reads a file of image embeddings with the code that reads weights, whose errors then say what such a file must be. */
export function readingEmbeddings<Value>(form: EmbeddingsForm, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    const isOfFile = error instanceof NegscopeError &&
      (error.code === "file-unreadable" || error.code.startsWith("weights-"));
    throw isOfFile ? unreadable(form, error) : error;
  }
}

function unreadable({ path, size }: EmbeddingsForm, cause: NegscopeError): NegscopeError {
  const { code, subject, reason } = cause;
  const [place, what] = isMatrix(path)
    ? ["", `a .npy file of float32 numbers [images, ${size}], one row for each image`]
    : [
      subject === path ? "" : `in ${shown(subject)}, `,
      `a file of safetensors or torch.save with an array [${size}] for each image, named as the data name the image, or a matrix with a row for each image under a name that ends in .npy`,
    ];
  return new NegscopeError("image-embeddings-wrong", {
    problem: `Cannot read the image embeddings of "${path}"`,
    reason: `${place}${reason}`,
    expected: what,
    fix: FITTING.test(cause.fix ?? "") ? cause.fix : FIXES[code],
    cause,
  });
}

const WRITE_AGAIN = "write the file again as float32, with the embeddings alone";

/** What the reader of weights says that is right here too: how to fetch what a pointer stands for, or to save an old format again. */
const FITTING = /git lfs|line of Python/;

/** What to do, where the reader of weights would say it of a model. */
const FIXES: Readonly<Partial<Record<NegscopeError["code"], string>>> = {
  "file-unreadable": "check the path",
  "weights-damaged": "write or download the file again",
  "weights-format-unknown": WRITE_AGAIN,
  "weights-not-one-model": WRITE_AGAIN,
};

export function shapeWrong(
  path: string,
  { reason, expected, fix }: {
    readonly reason: string;
    readonly expected: string;
    readonly fix: string;
  },
): NegscopeError {
  return new NegscopeError("image-embeddings-wrong", {
    problem: `Cannot use the image embeddings of "${path}"`,
    reason,
    expected,
    fix,
  });
}

export function shapeText({ shape }: StoredArray): string {
  return `[${shape.join(", ")}]`;
}
