// Creates a contact at Cloverhound, with what node (22.18 or newer) has: it runs TypeScript as it is.
//
// Reads an operation from stdin and prints its result, in the form of `unicontact schema hold`:
//
//     unicontact contract hold --vendor cloverhound -- node examples/hold/typescript/contacts.mts
//
// One attempt for each run: a create whose answer was lost may have created the contact, so a retry is up to the caller.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

type Name = { full?: string; prefix?: string; given?: string; middle?: string; family?: string; suffix?: string };
type Contact = {
  name?: Name;
  emails?: { address: string; primary?: boolean }[];
  phones?: { number: string; primary?: boolean }[];
  organization?: { name?: string };
  notes?: string;
  vendor?: Record<string, Body>;
};
type Body = Record<string, unknown>;
type Task = { operation: string; contact: Contact; now: string; timeout_ms: number; default_region?: string };
type Effect = "not_sent" | "refused" | "unknown";
type Field = { field: string; message: string };
type Details = { status?: number; fields?: Field[]; retry_after?: number; existing_id?: string };
type Failure = { error: { kind: string; effect: Effect } & Details };
type Result = { created: { id: string; existing: boolean } } | Failure;
type Answer = { status: number; headers: Headers; text: string; isCut: boolean };

const DIAL_CODES: Record<string, string> = { DE: "49", GB: "44" };
export const KINDS: Record<number, string> = {
  400: "invalid",
  401: "unauthenticated",
  402: "quota_exhausted",
  403: "permission_denied",
  404: "not_found",
  409: "already_exists",
  422: "invalid",
  429: "rate_limited",
};
// The client or a proxy between lost the answer.
const LOST = [408, 460, 499];

export const parts = { bodyOf, send };

export async function run(task: Task): Promise<Result> {
  if (task.operation !== "create") return failed("unsupported", "not_sent");
  const body = parts.bodyOf(task.contact, task.default_region);
  if (!body.full_name) return failed("unmappable", "not_sent");
  let answer: Answer;
  try {
    answer = await parts.send(body, task.timeout_ms);
  } catch (error) {
    return isNotConnected(error) ? failed("unreachable", "not_sent") : failed("interrupted", "unknown");
  }
  return resultOf(answer, body, task.now);
}

/** Returns what Cloverhound takes of the contact. */
function bodyOf(contact: Contact, region?: string): Body {
  const numbers = primaryFirst(contact.phones).flatMap((phone) => e164(phone.number, region) ?? []);
  const body: Body = {
    full_name: fullName(contact),
    email: primaryFirst(contact.emails)[0]?.address,
    description: contact.notes,
    contact_phones_attributes: numbers.length > 0 ? numbers.map((number) => ({ number })) : undefined,
    ...contact.vendor?.cloverhound,
  };
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value));
}

function fullName(contact: Contact): string | undefined {
  const name = contact.name ?? {};
  const parts = [name.prefix, name.given, name.middle, name.family, name.suffix].filter(Boolean);
  return name.full ?? (parts.join(" ") || contact.organization?.name);
}

function primaryFirst<T extends { primary?: boolean }>(channels: T[] = []): T[] {
  return channels.toSorted((one, other) => Number(other.primary ?? false) - Number(one.primary ?? false));
}

/** Returns the number as `+441234567890`, or nothing if its country is not known. */
function e164(number: string, region?: string): string | undefined {
  const digits = number.replace(/\D/g, "");
  if (number.startsWith("+")) return `+${digits}`;
  const code = region && DIAL_CODES[region];
  return code ? `+${code}${digits.replace(/^0/, "")}` : undefined;
}

async function send(body: Body, timeout: number): Promise<Answer> {
  const key = `${variable("API_KEY_ID")}:${variable("API_KEY_SECRET")}`;
  const response = await fetch(`${variable("BASE_URL")}/${variable("ORGANIZATION_ID")}/contacts`, {
    method: "POST",
    headers: {
      accept: "application/json",
      authorization: `Basic ${Buffer.from(key).toString("base64")}`,
      "content-type": "application/json",
    },
    body: JSON.stringify(body),
    redirect: "manual",
    signal: AbortSignal.timeout(timeout),
  });
  try {
    const text = (await response.text()).replace(/^\uFEFF+/, "");
    return { status: response.status, headers: response.headers, text, isCut: false };
  } catch {
    return { status: response.status, headers: response.headers, text: "", isCut: true };
  }
}

function variable(name: string): string {
  return process.env[`UNICONTACT_${name}`] ?? "";
}

/** Tells whether an error of `fetch` came before anything was sent. */
function isNotConnected(error: unknown): boolean {
  const cause = (error as { cause?: { code?: string } }).cause;
  return cause?.code === "ECONNREFUSED" || cause?.code === "ENOTFOUND";
}

function resultOf(answer: Answer, body: Body, now: string): Result {
  const status = answer.status;
  if (answer.isCut) return failed("interrupted", "unknown", { status });
  if (status >= 200 && status < 300) return success(answer, body);
  const document = documentOf(answer);
  const fields = fieldsOf(document, body);
  const [kind, effect] = refusal(answer, fields);
  const existing = kind === "already_exists" ? document?.existing_id : undefined;
  const existing_id = existing ? String(existing) : undefined;
  return failed(kind, effect, { status, fields, retry_after: retryAfter(answer, now), existing_id });
}

/** Returns the id, if the answer leaves no doubt that there is a contact. */
function success(answer: Answer, body: Body): Result {
  const status = answer.status;
  const document = documentOf(answer);
  if (!document) return failed("unexpected_response", "unknown", { status });
  const errors = document.errors ?? document.error;
  const { id } = document;
  if (id && !errors && status !== 207) return { created: { id: String(id), existing: false } };
  if (/^5/.test((errors as { status?: string } | undefined)?.status ?? "")) {
    return failed("unavailable", "unknown", { status });
  }
  const fields = fieldsOf(document, body);
  const isRefused = errors && status === 200 && !id && !answer.headers.has("location");
  return isRefused
    ? failed("invalid", "refused", { status, fields })
    : failed("unexpected_response", "unknown", { status, fields });
}

/** Returns the kind and the effect of an answer that is no success. */
function refusal(answer: Answer, fields: Field[]): [string, Effect] {
  const status = answer.status;
  if (status >= 500) return ["unavailable", "unknown"];
  if (LOST.includes(status) || (status === 409 && answer.text.includes("in progress"))) {
    return ["interrupted", "unknown"];
  }
  if (status >= 300 && status < 400) {
    const leadsToContact = answer.headers.get("location")?.startsWith("/");
    return ["unexpected_response", leadsToContact ? "unknown" : "refused"];
  }
  if (status === 403 && answer.text.startsWith("<")) return ["blocked", "refused"];
  if (fields.some((field) => field.message.includes("has already been taken"))) {
    return ["already_exists", "refused"];
  }
  return [KINDS[status] ?? "unexpected_response", "refused"];
}

function documentOf(answer: Answer): Body | undefined {
  try {
    const document: unknown = JSON.parse(answer.text);
    return typeof document === "object" && document !== null ? (document as Body) : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the vendor's messages about fields, without what was sent. */
function fieldsOf(document: Body | undefined, body: Body): Field[] {
  const areLists = Object.values(document ?? {}).every(isListOfTexts);
  const errors = document?.errors ?? (areLists ? document : undefined) ?? {};
  const byField = Array.isArray(errors) ? { "": errors } : (errors as Record<string, string[]>);
  return Object.entries(byField)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([field, messages]) => messages.map((message) => ({ field, message: redacted(message, body) })));
}

function isListOfTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}

function redacted(message: string, body: Body): string {
  const texts = textsOf(body).toSorted((one, other) => other.length - one.length);
  return texts.reduce((message, text) => message.replaceAll(text, "[removed]"), message);
}

function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

/** Returns the wait that the vendor asks for, in seconds. */
function retryAfter(answer: Answer, now: string): number | undefined {
  const wait = answer.headers.get("retry-after");
  if (!wait) return undefined;
  const seconds = /^\d+$/.test(wait) ? Number(wait) : (Date.parse(wait) - Date.parse(now)) / 1000;
  return Math.max(0, Math.round(seconds));
}

function failed(kind: string, effect: Effect, details: Details = {}): Failure {
  const { fields, ...others } = details;
  return { error: { kind, effect, ...others, ...(fields?.length ? { fields } : {}) } };
}

export async function main(): Promise<void> {
  const task: Task = JSON.parse(readFileSync(0, "utf8"));
  process.stdout.write(JSON.stringify(await run(task)));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main();
