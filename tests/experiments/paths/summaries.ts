/** Lines of paths_summary.csv and nodes_summary.csv for tests. */

type Share = readonly [share: number, low?: number, high?: number];

/** A path such as `1.2 4.3 k`, or from the embedding `0. 4.3 k`; its simultaneous interval is its own. */
export function path(negation: string, name: string, [share, low, high]: Share) {
  const [sender, receiver, input] = name.split(" ") as [string, string, string];
  const [sender_layer, sender_head] = placeOf(sender);
  const [receiver_layer, receiver_head] = placeOf(receiver);
  return {
    ...{ negation, segment: "all", n: 40, sender_layer, sender_head, receiver_layer },
    ...{ receiver_head: receiver_head!, input, mean_effect: 4 * share },
    ...{ share, share_low: low, share_high: high },
    ...{ simultaneous_low: low, simultaneous_high: high },
  };
}

/** The lines of a node at a role such as `4.3 eot`, or the MLP `4. eot`: its total effect, and at the end token the direct one. */
export function node(
  negation: string,
  name: string,
  { direct: [direct, low, high], indirect }: {
    readonly direct: Share;
    readonly indirect: number;
  },
) {
  const [place, role] = name.split(" ") as [string, string];
  const [layer, head] = placeOf(place);
  const half = (high ?? 0) - direct;
  const total = direct + indirect;
  const line = (method: string, share: number, low?: number, high?: number) => ({
    ...{ negation, segment: "all", n: 40, method, part: head === undefined ? "mlp" : "head" },
    ...{ layer, head, role, mean_effect: 4 * share, share, share_low: low, share_high: high },
    ...{ simultaneous_low: low, simultaneous_high: high },
  });
  return [
    high === undefined ? line("total", total) : line("total", total, total - half, total + half),
    ...role === "eot" ? [line("direct", direct, low, high)] : [],
  ];
}

function placeOf(name: string): [number, number | undefined] {
  const [layer, head] = name.split(".");
  return [Number(layer), head ? Number(head) : undefined];
}
