/** The patches of an image tower. */

import type { TowerWriter } from "./tower_writer.ts";

/**
 * Writes the patches of images, as a convolution whose kernels do not overlap. Returns [rows, patches, width].
 *
 * @param pixels [rows, channels, height, width]
 */
export function writePatches(
  tower: TowerWriter,
  pixels: string,
  { channels, patchSize, bias = false }: {
    readonly channels: number;
    readonly patchSize: number;
    readonly bias?: boolean;
  },
): string {
  const { width } = tower.sizes;
  const name = "embeddings.patch_embedding";
  const kernel = [patchSize, patchSize];
  const filters = tower.weight(`${name}.weight`, [width, channels, ...kernel]);
  const terms = bias ? [tower.weight(`${name}.bias`, [width])] : [];
  const sizes = kernel.map(BigInt);
  const image = tower.node("Conv", [pixels, filters, ...terms], "convolved", {
    kernel_shape: sizes,
    strides: sizes,
  });
  const flat = tower.node("Reshape", [image, tower.whole([0, width, -1])], "patches last");
  return tower.node("Transpose", [flat], "patches", { perm: [0n, 2n, 1n] });
}
