/** Lines of paths_summary.csv and nodes_summary.csv for tests. */

type Share = readonly [share: number, low?: number, high?: number];

/** A path such as `1.2 4.3 k`, or from the embedding `0. 4.3 k`; its simultaneous interval is its own. */
export function path(negation: string, name: string, [share, low, high]: Share) {
  const [sender, receiver, part] = name.split(" ") as [string, string, string];
  const [sender_layer, sender_head] = placeOf(sender);
  const [receiver_layer, receiver_head] = placeOf(receiver);
  return {
    ...{ negation, segment: "all", n: 40, sender_layer, sender_head, receiver_layer },
    ...{ receiver_head: receiver_head!, part, mean_effect: 4 * share },
    ...{ share, share_low: low, share_high: high },
    ...{ simultaneous_low: low, simultaneous_high: high },
  };
}

/** A node at a role such as `4.3 eot`, or the MLP `4. eot`. */
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
  const around = (share: number) =>
    high === undefined ? { share } : { share, low: share - half, high: share + half };
  const total = around(direct + indirect);
  return {
    ...{ negation, segment: "all", n: 40, node: head === undefined ? "mlp" : "head", layer, head },
    ...{ simultaneous_low: total.low, simultaneous_high: total.high },
    ...{ role, share: total.share, share_low: total.low, share_high: total.high },
    ...{ direct: 4 * direct, direct_share: direct },
    ...{ direct_share_low: low, direct_share_high: high },
    ...{ direct_simultaneous_low: low, direct_simultaneous_high: high },
  };
}

function placeOf(name: string): [number, number | undefined] {
  const [layer, head] = name.split(".");
  return [Number(layer), head ? Number(head) : undefined];
}
