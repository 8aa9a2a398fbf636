/** A page with the explorer's engine in a worker, which compares its answers with the tables of tasks and sends what it found. */

import { connect } from "../../lib/explore/connect.ts";
import { compareWithTasks } from "./as_the_tasks.ts";

const tables = await (await fetch("tables.json")).json();
const found = await connect().then((explorer) => compareWithTasks(explorer, tables)).catch(
  (error: unknown) => ({ error: error instanceof Error ? error.stack : String(error) }),
);
await fetch("found", { method: "POST", body: JSON.stringify(found) });
