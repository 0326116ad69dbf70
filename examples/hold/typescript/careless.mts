// The same client with three mistakes, each of which `unicontact contract hold` reports.

import { KINDS, main, parts } from "./contacts.mts";

const { bodyOf, send } = parts;

// First mistake: the vendor answers 402 when the plan is full, and this client blames the token.
KINDS[402] = "unauthenticated";

// Second mistake: the contact's notes are dropped, and nobody is told.
parts.bodyOf = (contact, region) => {
  const { description, ...body } = bodyOf(contact, region);
  return body;
};

// Third mistake: a blind retry. The first create may have created a contact.
parts.send = async (body, timeout) => {
  const answer = await send(body, timeout).catch(() => undefined);
  return answer && answer.status < 500 ? answer : send(body, timeout);
};

await main();
