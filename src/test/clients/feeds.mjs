// Reads feeds with feedparser, and prints what it has found in them as JSON: for each address its title and entries.
import FeedParser from 'feedparser';
import { Readable } from 'node:stream';

async function read(address) {
  const response = await fetch(address);
  const parser = new FeedParser({ feedurl: address });
  const feed = { entries: [] };
  return new Promise((resolve, reject) => {
    parser.on('error', reject);
    parser.on('meta', (meta) => {
      feed.title = meta.title;
      feed.cloud = meta.cloud;
    });
    parser.on('readable', () => {
      for (let entry = parser.read(); entry; entry = parser.read()) {
        const { guid, title, link, categories, enclosures, pubdate, date, summary, description } = entry;
        feed.entries.push({ guid, title, link, categories, enclosures, pubdate, date, summary, description });
      }
    });
    parser.on('end', () => resolve(feed));
    Readable.fromWeb(response.body).pipe(parser);
  });
}

console.log(JSON.stringify(await Promise.all(process.argv.slice(2).map(read))));
