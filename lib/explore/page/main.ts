/** The page's script. */

import { connect } from "../connect.ts";
import { showPage } from "./app.tsx";

await showPage(document.getElementById("page")!, connect());
