import { connect } from "../connect.ts";
const explorer = await connect();
console.log(await explorer.about());
