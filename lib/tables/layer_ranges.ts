/** Lists of layers in summaries and descriptions of charts. */

export function layersText(layers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const layer of layers) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === layer - 1) last[1] = layer;
    else ranges.push([layer, layer]);
  }
  return ranges.map(([from, to]) => from === to ? `${from}` : `${from}-${to}`).join(", ");
}

export function layersNamed(layers: readonly number[]): string {
  return `${layers.length === 1 ? "layer" : "layers"} ${layersText(layers)}`;
}
