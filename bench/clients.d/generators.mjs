// What generates code from the schema that the server publishes. TypeScript checks what was generated, and how it is used.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { url } from "./newsroom.mjs";
import { assert, check } from "./table.mjs";

const execute = promisify(execFile);

async function run(program, ...options) {
  try {
    await execute(`node_modules/.bin/${program}`, options);
  } catch ({ stdout, stderr, message }) {
    throw new Error(`${program}: ${stdout || stderr || message}`);
  }
}

await mkdir("generated", { recursive: true });
await writeFile("generated/schema.graphql", await (await fetch(`${url}/schema`)).text());

await check("@graphql-codegen/client-preset", "types and documents from `/graphql/schema`, checked by TypeScript", async () => {
  await run("graphql-codegen", "--config", "codegen/codegen.mjs");
  await run("tsc", "--project", "codegen");
});

await check("gql.tada", "types from `/graphql/schema`, documents checked by TypeScript", async () => {
  await run("gql.tada", "generate-output", "--tsconfig", "tada/tsconfig.json");
  await run("tsc", "--project", "tada");
});

// As its documentation has it: by introspection, with the Accept header of urql.
await check("gql.tada", "`generate-schema` from the endpoint", async () => {
  await run("gql.tada", "generate-schema", url, "--tsconfig", "tada/tsconfig.json", "--output", "generated/tada.graphql");
  assert.match(await readFile("generated/tada.graphql", "utf8"), /type NewsConnection/);
});

await check("@graphql-codegen/client-preset", "types and documents from the endpoint, by introspection", async () => {
  await run("graphql-codegen", "--config", "codegen/introspected.mjs");
  await run("tsc", "--project", "codegen");
});

await check("@genql/cli", "client from `/graphql/schema`, and a query by it", async () => {
  await run("genql", "--schema", "generated/schema.graphql", "--output", "generated/genql");
  await run("tsc", "--project", "genql");
  await writeFile("generated/genql-compiled/package.json", '{ "type": "commonjs" }');
  const { createClient } = (await import("./generated/genql-compiled/index.js")).default;
  const { news } = await createClient({ url }).query({
    news: { __args: { first: 2, filter: { topics: { anyOf: ["kultur"] } } }, nodes: { slug: true, topics: { name: true } } },
  });
  assert.equal(news.nodes.length, 2);
});

await check("relay-compiler", "documents against `/graphql/schema`, persisted", async () => {
  await writeFile("generated/persisted.json", "{}");
  await run("relay-compiler", "relay/relay.config.json");
});
