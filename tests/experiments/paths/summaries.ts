/** Lines of paths_summary.csv and nodes_summary.csv for tests. */

type Estimate = readonly [mean: number, low?: number, high?: number];

/** A path such as `1.2 4.3 k`, or from the embedding `0. 4.3 k`. */
export function path(negation: string, name: string, [mean_effect, low, high]: Estimate) {
  const [sender, receiver, part] = name.split(" ") as [string, string, string];
  const [sender_layer, sender_head] = placeOf(sender);
  const [receiver_layer, receiver_head] = placeOf(receiver);
  return {
    ...{ negation, segment: "all", n: 40, sender_layer, sender_head, receiver_layer },
    ...{ receiver_head: receiver_head!, part, mean_effect, low, high },
  };
}

/** A node at a role such as `4.3 eot`, or the MLP `4. eot`. */
export function node(
  negation: string,
  name: string,
  { direct: [direct, low, high], indirect }: {
    readonly direct: Estimate;
    readonly indirect: number;
  },
) {
  const [place, role] = name.split(" ") as [string, string];
  const [layer, head] = placeOf(place);
  const [total, half] = [direct + indirect, (high ?? 0) - direct];
  const around = (value: number) =>
    high === undefined ? [undefined, undefined] : [value - half, value + half];
  const [[total_low, total_high], [indirect_low, indirect_high]] = [total, indirect].map(
    around,
  ) as [
    number[],
    number[],
  ];
  return {
    ...{ negation, segment: "all", n: 40, node: head === undefined ? "mlp" : "head", layer, head },
    ...{ role, total, total_low, total_high, direct, direct_low: low, direct_high: high },
    ...{ indirect, indirect_low, indirect_high },
  };
}

function placeOf(name: string): [number, number | undefined] {
  const [layer, head] = name.split(".");
  return [Number(layer), head ? Number(head) : undefined];
}
