// The same feed as Mercurius's documentation would have it: one LISTEN connection feeds the in-memory emitter, and
// every subscription executes its document for itself. Arguments: port, address of the database.
import Fastify from "fastify";
import mercurius from "mercurius";
import pg from "pg";

const [port, database] = process.argv.slice(2);

const schema = `
  type Query { sockets: Int! }
  type Subscription { newsFeed: NewsEvent! }
  interface NewsEvent { cursor: String! previousCursor: String! occurredAt: String! }
  type NewsPublished implements NewsEvent { cursor: String! previousCursor: String! occurredAt: String! news: News! }
  type News { id: ID! slug: String! title: String! summary: String! publishedAt: String! topics: [Topic!]! }
  type Topic { slug: String! name: String! }
`;

const resolvers = {
  Query: { sockets: () => app.websocketServer.clients.size },
  Subscription: { newsFeed: { subscribe: (root, args, { pubsub }) => pubsub.subscribe("newsFeed") } },
  NewsEvent: { resolveType: () => "NewsPublished" },
};

const eventsAfter = `
  select e.position, e.occurred_at, n.id, n.slug, n.title, n.summary, n.published_at, (
    select json_agg(json_build_object('slug', t.slug, 'name', t.name) order by nt.position)
    from news_topic nt join topic t on t.id = nt.topic_id
    where nt.news_id = n.id) as topics
  from event e join news n on n.id = e.news_id
  where e.position > $1
  order by e.position
`;

const app = Fastify();
app.register(mercurius, { schema, resolvers, subscription: true });
app.get("/memory", () => {
  global.gc();
  return process.memoryUsage();
});
await app.ready();

const client = new pg.Client(database);
let position = 0n;
let reading = Promise.resolve();
client.on("notification", () => {
  reading = reading.then(publishNew);
});
await client.connect();
await client.query("listen utrop_feed");
await app.listen({ host: "127.0.0.1", port: Number(port) });

async function publishNew() {
  const { rows } = await client.query({ name: "events-after", text: eventsAfter, values: [position] });
  for (const row of rows) {
    const previousCursor = String(position);
    position = BigInt(row.position);
    const newsFeed = {
      cursor: String(position),
      previousCursor,
      occurredAt: row.occurred_at.toISOString(),
      news: { ...row, publishedAt: row.published_at.toISOString(), topics: row.topics ?? [] },
    };
    app.graphql.pubsub.publish({ topic: "newsFeed", payload: { newsFeed } });
  }
}
