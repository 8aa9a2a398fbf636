/** The model with one token after the other; planted_slow_test.ts has all models. */

import { plantedResults } from "../fixtures/planted/results.ts";
import { testPlanted } from "./test_planted.ts";

testPlanted("relay", plantedResults(["relay"]));
