/** The nodes of a text tower, every attention head and every MLP, and their names in tables, files and options. */

/** A head. */
export interface NamedHead {
  /** The block's number from 1. */
  readonly layer: number;
  /** The head's number from 1. */
  readonly head: number;
}

/** A head's name, `layer.head`, both from 1 as in the paper. */
export function headName({ layer, head }: NamedHead): string {
  return `${layer}.${head}`;
}

/** What a head of a table is called where heads count from 0: in TransformerLens, and by its hook point. */
export function headNote({ layer, head }: NamedHead): string {
  const [block, index] = [layer - 1, head - 1];
  return `Heads count from 1: ${headName({ layer, head })} is ${
    nameFromZero({ layer, head })
  } in TransformerLens, blocks.${block} head ${index}`;
}

/** A head's name in TransformerLens, where layers and heads count from 0, e.g. `L3H1` for 4.2. */
export function nameFromZero({ layer, head }: NamedHead): string {
  return `L${layer - 1}H${head - 1}`;
}

/** How a head may be written: first as in the kit, then as in TransformerLens and in hook names, where layers and heads count from 0. */
const NOTATIONS: readonly { readonly form: RegExp; readonly first: 0 | 1 }[] = [
  { form: /^(?:head )?([1-9]\d{0,3})\.([1-9]\d{0,3})$/, first: 1 },
  { form: /^L(\d{1,4})H(\d{1,4})$/i, first: 0 },
  { form: /^\((\d{1,4}), *(\d{1,4})\)$/, first: 0 },
  { form: /^blocks\.(\d{1,4})(?:\.\S+)?,? head (\d{1,4})$/, first: 0 },
];

/** Reads a head: `4.2`, or what it is called where heads count from 0, `L3H1`, `(3, 1)`, `blocks.3 head 1` or `blocks.3.attn.hook_z head 1`. */
export function readHead(text: string): NamedHead | undefined {
  for (const { form, first } of NOTATIONS) {
    const [, layer, head] = form.exec(text.trim()) ?? [];
    if (layer === undefined) continue;
    return { layer: Number(layer) + 1 - first, head: Number(head) + 1 - first };
  }
  return undefined;
}

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

export interface Node {
  readonly kind: "head" | "mlp";
  /** The block's number from 1. */
  readonly layer: number;
  /** The head's number from 1; absent for an MLP. */
  readonly head?: number;
}

export interface NodeSizes {
  readonly layers: number;
  readonly heads: number;
}

/** All nodes: first the heads, layer by layer, then the MLPs. */
export function allNodes({ layers, heads }: NodeSizes): Node[] {
  const blocks = Array.from({ length: layers }, (_, block) => block + 1);
  const headNumbers = Array.from({ length: heads }, (_, i) => i + 1);
  return [
    ...blocks.flatMap((layer) => headNumbers.map((head): Node => ({ kind: "head", layer, head }))),
    ...blocks.map((layer): Node => ({ kind: "mlp", layer })),
  ];
}

/** Orders nodes by layer, in each the heads before the MLP. */
export function byPlace(
  a: { readonly layer: number; readonly head?: number | undefined },
  b: typeof a,
): number {
  return a.layer - b.layer || (a.head ?? Infinity) - (b.head ?? Infinity);
}

/** A node's name: `head 4.2` (layer.head) or `mlp 3`, from 1 as in the paper. */
export function nodeName(node: Node): string {
  return node.kind === "head" ? `head ${headName(node as NamedHead)}` : `mlp ${node.layer}`;
}

/** Reads a node: `mlp 3`, or a head in any notation of {@linkcode readHead}; in a JSON file a list such as [3, 1], counted from 0, is a head too. */
export function readNode(value: unknown): Node | undefined {
  const name = Array.isArray(value) ? `(${value.join()})` : value;
  if (typeof name !== "string") return undefined;
  const head = readHead(name);
  if (head !== undefined) return { kind: "head", ...head };
  const [, block] = /^mlp ([1-9]\d{0,3})$/.exec(name) ?? [];
  return block === undefined ? undefined : { kind: "mlp", layer: Number(block) };
}

/** The hook point of a node's value: a head's mixed values z, or an MLP's output. */
export function nodeHook({ kind, layer }: Node): string {
  return kind === "head" ? `blocks.${layer - 1}.attn.hook_z` : `blocks.${layer - 1}.hook_mlp_out`;
}

interface NodeCells extends Pick<Node, "layer"> {
  readonly node: Node["kind"];
  readonly head: number | undefined;
}

export function nodeCells({ kind, layer, head }: Node): NodeCells {
  return { node: kind, layer, head };
}

export function cellsName({ node, layer, head }: NodeCells): string {
  return nodeName({ kind: node, layer, ...(head !== undefined && { head }) });
}

/** A node's name in a text or a small table, where a head is written `4.2` as everywhere. */
export function nodeText(name: string): string {
  return name.replace(/^head /, "");
}
