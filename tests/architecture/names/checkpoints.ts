/** Checkpoints for tests of names: the fixtures, and arrays made up by hand. */

import { onDisk } from "../../../lib/files/read_file.ts";
import { fileURLToPath } from "node:url";
import {
  bytesOf,
  type NumberType,
  packedStrides,
  sizeOf,
  type StoredArray,
} from "../../../lib/checkpoint/stored_array.ts";
import { headerOf } from "../../model/forms/safetensors.ts";

const FOLDER = new URL("../../fixtures/names/", import.meta.url);

export type Arrays = ReadonlyMap<string, StoredArray>;

export type Shapes = Readonly<Record<string, readonly number[]>>; // shapes by name

/** Shapes of the arrays of several models, by the names of real state dicts. */
export const SHAPES: Readonly<Record<"custom" | "layer_scale" | "resnet" | "siglip", Shapes>> = JSON
  .parse(Deno.readTextFileSync(new URL("shapes.json", FOLDER)));

export function arraysOf(shapes: Shapes, type: NumberType = "F32"): Map<string, StoredArray> {
  let offset = 0;
  return new Map(
    Object.entries(shapes).map(([name, shape]) => {
      const array = { type, shape, strides: packedStrides(shape), ...onDisk("/model.bin"), offset };
      offset += sizeOf(array) * bytesOf(type);
      return [name, array];
    }),
  );
}

function arraysOfFile(file: string): Arrays {
  const path = fileURLToPath(new URL(file, FOLDER));
  const { header, begin } = headerOf(Deno.readFileSync(path));
  return new Map(
    Object.entries(header).map(([name, { dtype, shape, data_offsets: [from] }]) => {
      const offset = begin + from;
      const strides = packedStrides(shape);
      return [name, { type: dtype as NumberType, shape, strides, ...onDisk(path), offset }];
    }),
  );
}

export function renamed(arrays: Arrays, to: (name: string) => string): Map<string, StoredArray> {
  return new Map([...arrays].map(([name, array]) => [to(name), array]));
}

export const HF = arraysOfFile("hugging_face.safetensors");
export const OPENAI = arraysOfFile("openai.safetensors");
