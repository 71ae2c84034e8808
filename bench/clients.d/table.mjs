// What was run, as a table in Markdown.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

const rows = [];

const LIMIT = 90_000;

const manifest = (client) => JSON.parse(readFileSync(new URL(`node_modules/${client}/package.json`, import.meta.url)));

const cell = (text) => text.replaceAll("|", "\\|").replaceAll(/\s+/g, " ").trim();

/** Runs this with a client, and adds a line to the table. */
export async function check(client, what, run) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing for ${LIMIT / 1000} s`)), LIMIT);
  });
  let failure;
  try {
    await Promise.race([run(), late]);
  } catch (error) {
    failure = error;
    console.error(error.stack ?? error);
  } finally {
    clearTimeout(timer);
  }
  record(client, what, failure);
}

/** Adds a line to the table without running anything. */
export function record(client, what, failure) {
  const result = failure ? `**failed**: ${cell(String(failure.message ?? failure)).slice(0, 200)}` : "ok";
  rows.push({ client, what, result, failed: Boolean(failure) });
  console.error(`${failure ? "failed" : "ok"}: ${client}, ${what}`);
}

export function print() {
  console.log("| Client | Version | What was run | Result |");
  console.log("|---|---|---|---|");
  for (const { client, what, result } of rows) {
    const { name, version } = manifest(client);
    console.log(`| ${name} | ${version} | ${cell(what)} | ${result} |`);
  }
  const failures = rows.filter(({ failed }) => failed).length;
  console.log(`\n${rows.length - failures} of ${rows.length} hold.`);
  return failures;
}

export { assert };
