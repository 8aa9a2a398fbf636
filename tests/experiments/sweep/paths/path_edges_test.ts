import { assertEquals } from "@std/assert";
import {
  edgePlaces,
  pathEdges,
  senderName,
} from "../../../../lib/experiments/sweep/paths/path_edges.ts";
import { headName } from "../../../../lib/tables/head_names.ts";

Deno.test("pathEdges() lists edges by sender, receiver and part, only into later blocks", () => {
  const receivers = [{ layer: 1, head: 2 }, { layer: 2, head: 1 }, { layer: 3, head: 1 }];
  const listed = pathEdges(receivers, 2).map(({ sender, receiver, part }) =>
    `${senderName(sender)} ${receiver.layer}.${receiver.head} ${part}`
  );
  const ends = ["negator 1.2", "negator 2.1", "negator 3.1", "1.1 2.1", "1.1 3.1"];
  ends.push("1.2 2.1", "1.2 3.1", "2.1 3.1", "2.2 3.1");
  assertEquals(listed, ends.flatMap((end) => ["q", "k", "v"].map((part) => `${end} ${part}`)));
});

Deno.test("pathEdges() has only the embedding as a sender into the first block", () => {
  const [first, ...others] = pathEdges([{ layer: 1, head: 1 }], 8);
  assertEquals(first, { sender: { layer: 0 }, receiver: { layer: 1, head: 1 }, part: "q" });
  assertEquals(others.length, 2);
});

Deno.test("edgePlaces() finds each edge by its sender, receiver and part", () => {
  const receivers = [{ layer: 1, head: 2 }, { layer: 3, head: 1 }];
  const edges = [...pathEdges(receivers, 2)].reverse(); // any order
  const places = edgePlaces(edges, receivers, 2);
  const found = ["negator", "1.1", "1.2", "2.1", "2.2"].flatMap((sender, s) =>
    ["1.2", "3.1"].flatMap((receiver, r) =>
      ["q", "k", "v"].map((part, p) => {
        const edge = edges[places[(s * 2 + r) * 3 + p]!];
        if (edge === undefined) return "none";
        assertEquals(
          [senderName(edge.sender), headName(edge.receiver), edge.part],
          [sender, receiver, part],
        );
        return "found";
      })
    )
  );
  assertEquals(found.length, places.length);
  assertEquals(found.filter((own) => own === "found").length, edges.length);
});
