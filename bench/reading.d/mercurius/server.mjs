// The part of Utrop's schema that is measured, as one would write it by hand: documents are compiled, each field that
// reads the database is one prepared statement, and PostgreSQL makes JSON of what hangs on a news item. Arguments: port,
// address of the database.
import Fastify from "fastify";
import mercurius from "mercurius";
import pg from "pg";

const [port, connectionString] = process.argv.slice(2);

const schema = `
  scalar DateTime
  scalar Date
  type Query {
    news(filter: NewsFilter, first: Int = 20, after: String): NewsConnection!
    newsBySlug(slug: String!): News
    topicBySlug(slug: String!): Topic
    topics: [Topic!]!
    archive(filter: NewsFilter): [ArchiveMonth!]!
  }
  input NewsFilter { publishedAt: TimeRange publishedOn: DateRange }
  input TimeRange { since: DateTime until: DateTime }
  input DateRange { from: Date to: Date }
  type NewsConnection { edges: [NewsEdge!]! nodes: [News!]! pageInfo: PageInfo! }
  type NewsEdge { cursor: String! node: News! }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type News {
    id: ID! slug: String! title: String! summary: String! body: String url: String image: Image
    kind: String! urgency: String! publishedAt: DateTime! publishedAtPrecision: String! updatedAt: DateTime!
    topics: [Topic!]! series: Series figures: [Figure!]!
  }
  type Image { url: String! altText: String! }
  type Topic {
    slug: String! name: String! newsCount: Int!
    news(filter: NewsFilter, first: Int = 20, after: String): NewsConnection!
  }
  type Series { slug: String! name: String! }
  type Figure { name: String! label: String! value: Float! unit: String change: Float }
  type ArchiveMonth { year: Int! month: Int! count: Int! }
`;

const teaser = `
  n.id, n.slug, n.title, n.summary, n.kind, n.urgency, n.published_at, (
    select coalesce(json_agg(json_build_object('slug', t.slug, 'name', t.name) order by nt.position), '[]')
    from news_topic nt join topic t on t.id = nt.topic_id
    where nt.news_id = n.id) as topics
`;

const newsItem = `
  select ${teaser}, n.body, n.url, n.image_url, n.image_alt_text, n.published_at_precision, n.updated_at,
    (select json_build_object('slug', s.slug, 'name', s.name) from series s where s.id = n.series_id) as series, (
      select coalesce(json_agg(json_build_object(
        'name', f.name, 'label', f.label, 'value', f.value, 'unit', f.unit, 'change', f.change) order by f.position), '[]')
      from figure f
      where f.news_id = n.id) as figures
  from news n
  where n.slug = $1
`;

const topicsWithCounts = `
  select slug, name, (select count(*)::int from news_topic nt where nt.topic_id = t.id) as "newsCount"
  from topic t
  order by name collate "sv-SE-x-icu"
`;

const archive = (where) => `
  select extract(year from m)::int as year, extract(month from m)::int as month, count
  from (
    select date_trunc('month', n.published_at at time zone 'Europe/Stockholm') as m, count(*)::int as count
    from news n
    where ${where}
    group by m) months
  order by m desc
`;

const pool = new pg.Pool({ connectionString, max: 10 });

const names = new Map();

// Each text is prepared once a connection, under a name of its own.
async function rows(text, values) {
  if (!names.has(text)) {
    names.set(text, `statement-${names.size}`);
  }
  return (await pool.query({ name: names.get(text), text, values })).rows;
}

function newsOf(row) {
  return {
    ...row,
    publishedAt: row.published_at.toISOString(),
    publishedAtPrecision: row.published_at_precision,
    updatedAt: row.updated_at?.toISOString(),
    image: row.image_url && { url: row.image_url, altText: row.image_alt_text },
  };
}

function cursorOf(news) {
  return Buffer.from(`${news.publishedAt} ${news.id}`).toString("base64url");
}

function midnight(day, daysLater = 0) {
  const then = new Date(Date.parse(day) + daysLater * 86_400_000);
  return `${then.toISOString().slice(0, 10)} Europe/Stockholm`;
}

// Only conditions that there are, and no until beside a cursor, which is nearer: an index begins at one of them.
function conditionOf(filter, after, time, key, values) {
  const { publishedOn: on, publishedAt: at } = filter ?? {};
  const since = at?.since ?? (on?.from && midnight(on.from));
  const until = at?.until ?? (on?.to && midnight(on.to, 1));
  const conditions = ["true"];
  if (since) {
    conditions.push(`${time} >= $${values.push(since)}`);
  }
  if (after) {
    const [instant, id] = Buffer.from(after, "base64url").toString().split(" ");
    conditions.push(`(${time}, ${key}) < ($${values.push(instant)}, $${values.push(id)})`);
  } else if (until) {
    conditions.push(`${time} < $${values.push(until)}`);
  }
  return conditions.join(" and ");
}

async function newsPage({ filter, first, after }) {
  const values = [];
  const where = conditionOf(filter, after, "n.published_at", "n.id", values);
  const text = `
    select ${teaser} from news n where ${where}
    order by n.published_at desc, n.id desc limit $${values.push(first + 1)}
  `;
  return connectionOf(await rows(text, values), first);
}

async function topicPage(topic, { filter, first, after }) {
  const values = [topic.id];
  const where = conditionOf(filter, after, "f.published_at", "f.news_id", values);
  const text = `
    select ${teaser} from news_topic f join news n on n.id = f.news_id where f.topic_id = $1 and ${where}
    order by f.published_at desc, f.news_id desc limit $${values.push(first + 1)}
  `;
  return connectionOf(await rows(text, values), first);
}

function months(filter) {
  const values = [];
  return rows(archive(conditionOf(filter, null, "n.published_at", "n.id", values)), values);
}

function connectionOf(found, first) {
  const nodes = found.slice(0, first).map(newsOf);
  return {
    nodes,
    pageInfo: { hasNextPage: found.length > first, endCursor: nodes.length > 0 ? cursorOf(nodes.at(-1)) : null },
  };
}

const resolvers = {
  Query: {
    news: (root, page) => newsPage(page),
    newsBySlug: async (root, { slug }) => (await rows(newsItem, [slug])).map(newsOf)[0],
    topicBySlug: async (root, { slug }) => (await rows("select id, slug, name from topic where slug = $1", [slug]))[0],
    topics: () => rows(topicsWithCounts, []),
    archive: (root, { filter }) => months(filter),
  },
  NewsConnection: {
    edges: ({ nodes }) => nodes.map((node) => ({ node, cursor: cursorOf(node) })),
  },
  Topic: {
    news: (topic, page) => topicPage(topic, page),
  },
};

const app = Fastify();
app.register(mercurius, { schema, resolvers, jit: 1 });
await app.listen({ host: "127.0.0.1", port: Number(port) });
