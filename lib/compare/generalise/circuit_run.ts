/** A circuit of the data on the other sentences, from the finished run that tested it there. */

import { worstText } from "../../experiments/circuit/texts.ts";
import { CIRCUIT_FRAMES } from "../../experiments/circuit/tables/frames.ts";
import { CIRCUIT_TABLE } from "../../experiments/circuit/tables/circuit_table.ts";
import { readFinished } from "../../files/run_record.ts";
import { readWritten } from "../../files/manifest_file.ts";
import type { Sources } from "../../reading/sources.ts";
import type { Columns, TableSchema } from "../../tables/table.ts";
import { readRows } from "../../tables/read_rows.ts";
import { estimateText } from "../../tables/text_table.ts";
import { wrapText } from "../../tables/wrap_text.ts";
import { sourcesWith } from "../write_comparison.ts";

const { nodes, faithfulness, low, high, faithfulness_there, low_there, high_there } =
  CIRCUIT_TABLE.columns;
const WHOLE = {
  ...CIRCUIT_TABLE,
  columns: { nodes, faithfulness, low, high, faithfulness_there, low_there, high_there },
};

/** What became of the circuit, in a line, and where it is read. */
export async function readCircuitRun(
  out: string,
): Promise<{ readonly text: string; readonly sources: Sources }> {
  const { checksums = {}, sources } = await readFinished(out);
  const read = async <Own extends Columns>(schema: TableSchema<Own>) => {
    const file = `${schema.name}.csv`;
    return readRows(schema, await readWritten(out, file, checksums), `${out}/${file}`);
  };
  const [whole] = await read(WHOLE); // of all rows
  const frames = await read(CIRCUIT_FRAMES);
  const there = estimateText(whole!.faithfulness_there, {
    low: whole!.low_there,
    high: whole!.high_there,
  });
  const text = `The circuit of ${
    whole!.nodes
  } nodes: faithfulness ${there} in its own run, and by the embedding ${
    estimateText(whole!.faithfulness, whole!)
  } on the other sentences${worstText(frames)}`;
  return {
    text: `\n${wrapText(text)}\n`,
    sources: await sourcesWith(sources, `${out}/${CIRCUIT_TABLE.name}.csv`),
  };
}
