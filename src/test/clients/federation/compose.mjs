// Composes a server's subgraph with another one, plans a query over both, and sends the server what a gateway would send.
// Prints the costs that composition has kept, the fetch, and the answer to it; fails where composition or planning does.
import composition from "@apollo/composition";
import internals from "@apollo/federation-internals";
import planning from "@apollo/query-planner";
import { parse } from "graphql";

const [server, ...slugs] = process.argv.slice(2);

const GUIDES = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query { guides: [Topic!]! }
  type Topic @key(fields: "slug") { slug: String! guide: String! }
`;

const QUERY = `{ guides { guide name news(first: 1) { nodes { title } } } }`;

async function ask(query, variables = {}) {
  const response = await fetch(server, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) {
    throw new Error(JSON.stringify(errors));
  }
  return data;
}

function compose(sdl) {
  const { errors, supergraphSdl } = composition.composeServices([
    { name: "utrop", url: server, typeDefs: parse(sdl) },
    { name: "guides", url: "http://localhost/guides", typeDefs: parse(GUIDES) },
  ]);
  if (errors) {
    throw new Error(errors.map((error) => error.message).join("\n"));
  }
  return internals.Supergraph.build(supergraphSdl, { supportedFeatures: null });
}

/** What each root field of the supergraph costs. */
function costs(schema) {
  return schema.type("Query").fields().map((field) => `${field.name} ${field.appliedDirectives.filter(isCost).join(" ")}`);
}

function isCost(directive) {
  return directive.name === "cost" || directive.name === "listSize";
}

/** The fetches that go to a subgraph, in their order. */
function fetches(node, subgraph) {
  if (node.kind === "Fetch") {
    return node.serviceName === subgraph ? [node] : [];
  }
  return (node.nodes ?? [node.node]).flatMap((inner) => fetches(inner, subgraph));
}

const { _service } = await ask("{ _service { sdl } }");
const supergraph = compose(_service.sdl);
costs(supergraph.schema).forEach((line) => console.log(line));

const operation = internals.parseOperation(supergraph.apiSchema(), QUERY);
const plan = new planning.QueryPlanner(supergraph).buildQueryPlan(operation);
const [entities] = fetches(plan.node, "utrop");
console.log(entities.operation);

const representations = slugs.map((slug) => ({ __typename: "Topic", slug }));
console.log(JSON.stringify(await ask(entities.operation, { representations })));
