import { assertEquals } from "@std/assert";
import { progressBar } from "../../lib/cli/bar.ts";

Deno.test("progressBar() takes a new total, and then estimates the time left from what is done after it", () => {
  const drawings: string[] = [];
  let time = 0;
  const stream = {
    isTerminal: () => true,
    writeSync: (bytes: Uint8Array) => {
      drawings.push(new TextDecoder().decode(bytes).replace(/^.*\]/s, "").replace("\x1b[K", ""));
      return bytes.length;
    },
  };
  using bar = progressBar("circuit", { stream, now: () => time });
  const at = (seconds: number, now: number, total: number) => {
    time = seconds * 1000;
    bar.report(now, total);
  };
  at(0, 10, 100);
  at(10, 20, 100); // 10 in 10 s, 80 to go
  at(20, 20, 40); // less remains than was thought
  at(25, 30, 40); // 10 in 5 s, 10 to go
  assertEquals(drawings, [
    "  10%  10/100",
    "  20%  20/100  1:20 left",
    "  50%  20/40",
    "  75%  30/40  0:05 left",
  ]);
});
