// The yardstick in Node: reads the CSV of the measurements, creates each contact with undici, and writes a line for each result. It
// has no retries, no rate limit and no record.
//
//     node import.mjs PORT CSV RESULTS CONCURRENCY

import { createReadStream, createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { Pool } from "undici";

const [port, csv, results, concurrency] = process.argv.slice(2);
const pool = new Pool(`http://127.0.0.1:${port}`, { connections: Number(concurrency) });
const out = createWriteStream(results);
const headers = { authorization: "Bearer made-up", "content-type": "application/json" };

// No cell of this CSV is quoted.
const lines = createInterface({ input: createReadStream(csv) })[Symbol.asyncIterator]();
const names = (await lines.next()).value.split(",");

function body(line) {
  const cells = line.split(",");
  const person = Object.fromEntries(names.map((name, index) => [name, cells[index]]));
  return JSON.stringify({
    name: person["Full Name"],
    record_sub_type: "person",
    designation: person["Job Title"],
    emails: [{ email: person["Email 1"] }, { email: person["Email 2"] }],
    phones: [{ phone_number: person["Phone 1"] }, { phone_number: person["Phone 2"] }],
    address: `${person.Street}, 10115 Berlin, Germany`,
    avatar_url: person.Photo,
    url_details: { domain: person.Website.replace("https://", ""), linkedin_url: person.LinkedIn },
  });
}

let row = 0;
async function work() {
  for (;;) {
    const { value: line, done } = await lines.next();
    if (done) return;
    const number = row++;
    const request = { path: "/v1.0/contact/create/38", method: "POST", headers, body: body(line) };
    const answer = await pool.request(request);
    if (answer.statusCode !== 200) throw new Error(`the vendor answered ${answer.statusCode}`);
    const { record_id: id } = await answer.body.json();
    out.write(`${JSON.stringify({ row: number, outcome: "created", id })}\n`);
  }
}

await Promise.all(Array.from({ length: Number(concurrency) }, work));
await new Promise((resolve) => out.end(resolve));
await pool.close();
