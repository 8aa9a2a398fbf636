import { assertEquals } from "@std/assert";
import { pathEdges, senderName } from "../../../lib/experiments/paths/patch_paths.ts";

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
