// The audits of graphql-http: node audit.mjs http://localhost:8080/graphql
import { auditServer } from "graphql-http";

const results = await auditServer({ url: process.argv[2] });
for (const { id, name, status, reason } of results) {
  if (status !== "ok") console.log(`${status} ${id} ${name}: ${reason}`);
}
console.log(`${results.filter(({ status }) => status === "ok").length} of ${results.length}`);
