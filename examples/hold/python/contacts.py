"""Creates a contact at Cloverhound, with Python's standard library alone.

Reads an operation from stdin and prints its result, in the form of `unicontact schema hold`:

    unicontact contract hold --vendor cloverhound -- python3 examples/hold/python/contacts.py

One attempt for each run: a create whose answer was lost may have created the contact, so a retry is up to the caller.
"""

import base64
import gzip
import http.client
import json
import os
import sys
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

DIAL_CODES = {"DE": "49", "GB": "44"}
KINDS = {
    400: "invalid",
    401: "unauthenticated",
    402: "quota_exhausted",
    403: "permission_denied",
    404: "not_found",
    409: "already_exists",
    422: "invalid",
    429: "rate_limited",
}
# The client or a proxy between lost the answer.
LOST = (408, 460, 499)


class NotConnected(Exception):
    """No connection, so nothing was sent."""


class Answer:
    """An answer of the vendor. `is_cut` if it ended before its whole body had come."""

    def __init__(self, status, headers, text, is_cut):
        self.status = status
        self.headers = headers
        self.text = text
        self.is_cut = is_cut

    def document(self):
        try:
            return json.loads(self.text)
        except ValueError:
            return None

    def is_page(self):
        return self.text.startswith("<")


def main():
    task = json.load(sys.stdin)
    json.dump(run(task), sys.stdout)


def run(task):
    if task["operation"] != "create":
        return failed("unsupported", "not_sent")
    body = body_of(task["contact"], task.get("default_region"))
    if not body.get("full_name"):
        return failed("unmappable", "not_sent")
    try:
        answer = send(body, task["timeout_ms"] / 1000)
    except NotConnected:
        return failed("unreachable", "not_sent")
    except (OSError, http.client.HTTPException):
        return failed("interrupted", "unknown")
    return result_of(answer, body, task["now"])


def body_of(contact, region):
    """Returns what Cloverhound takes of the contact."""
    numbers = [e164(phone["number"], region) for phone in primary_first(contact.get("phones", []))]
    body = {
        "full_name": full_name(contact),
        "email": next((email["address"] for email in primary_first(contact.get("emails", []))), None),
        "description": contact.get("notes"),
        "contact_phones_attributes": [{"number": number} for number in numbers if number],
    }
    body.update(contact.get("vendor", {}).get("cloverhound", {}))
    return {key: value for key, value in body.items() if value}


def full_name(contact):
    name = contact.get("name", {})
    parts = [name.get(part) for part in ("prefix", "given", "middle", "family", "suffix")]
    organization = contact.get("organization", {}).get("name")
    return name.get("full") or " ".join(part for part in parts if part) or organization


def primary_first(channels):
    return sorted(channels, key=lambda channel: not channel.get("primary"))


def e164(number, region):
    """Returns the number as `+441234567890`, or None if its country is not known."""
    digits = "".join(character for character in number if character.isdigit())
    if number.startswith("+"):
        return "+" + digits
    if region in DIAL_CODES:
        return "+" + DIAL_CODES[region] + digits.removeprefix("0")
    return None


def send(body, timeout):
    base = urlsplit(os.environ["UNICONTACT_BASE_URL"])
    keys = os.environ["UNICONTACT_API_KEY_ID"] + ":" + os.environ["UNICONTACT_API_KEY_SECRET"]
    headers = {
        "accept": "application/json",
        "authorization": "Basic " + base64.b64encode(keys.encode()).decode(),
        "content-type": "application/json",
    }
    is_secure = base.scheme == "https"
    connection_type = http.client.HTTPSConnection if is_secure else http.client.HTTPConnection
    connection = connection_type(base.hostname, base.port, timeout=timeout)
    try:
        connection.connect()
    except OSError as error:
        raise NotConnected from error
    try:
        path = f"{base.path}/{os.environ['UNICONTACT_ORGANIZATION_ID']}/contacts"
        connection.request("POST", path, json.dumps(body).encode(), headers)
        return read(connection.getresponse())
    finally:
        connection.close()


def read(response):
    try:
        content, is_cut = response.read(), False
    except (http.client.IncompleteRead, OSError):
        content, is_cut = b"", True
    if response.headers.get("content-encoding") == "gzip":
        content = gzip.decompress(content)
    text = content.decode("utf-8", "replace").lstrip("\ufeff")
    return Answer(response.status, response.headers, text, is_cut)


def result_of(answer, body, now):
    if answer.is_cut:
        return failed("interrupted", "unknown", status=answer.status)
    if 200 <= answer.status < 300:
        return success(answer, body)
    kind, effect, fields = refusal(answer, body)
    wait = retry_after(answer, now)
    document = answer.document()
    existing_id = document.get("existing_id") if isinstance(document, dict) else None
    existing_id = str(existing_id) if existing_id else None
    return failed(kind, effect, status=answer.status, fields=fields, retry_after=wait, existing_id=existing_id)


def success(answer, body):
    """Returns the id, if the answer leaves no doubt that there is a contact."""
    document = answer.document()
    if not isinstance(document, dict):
        return failed("unexpected_response", "unknown", status=answer.status)
    errors = document.get("errors") or document.get("error")
    contact_id = document.get("id")
    if contact_id and not errors and answer.status != 207:
        return {"created": {"id": str(contact_id), "existing": False}}
    if isinstance(errors, dict) and str(errors.get("status", "")).startswith("5"):
        return failed("unavailable", "unknown", status=answer.status)
    is_refused = errors and answer.status == 200 and not contact_id and "location" not in answer.headers
    kind, effect = ("invalid", "refused") if is_refused else ("unexpected_response", "unknown")
    return failed(kind, effect, status=answer.status, fields=fields_of(document, body))


def refusal(answer, body):
    """Returns the kind, the effect and the messages about fields of an answer that is no success."""
    status, fields = answer.status, fields_of(answer.document(), body)
    if status >= 500:
        return "unavailable", "unknown", fields
    if status in LOST or (status == 409 and "in progress" in answer.text):
        return "interrupted", "unknown", fields
    if 300 <= status < 400:
        leads_to_a_contact = answer.headers.get("location", "").startswith("/")
        return "unexpected_response", "unknown" if leads_to_a_contact else "refused", fields
    if status == 403 and answer.is_page():
        return "blocked", "refused", fields
    if any("has already been taken" in field["message"] for field in fields):
        return "already_exists", "refused", fields
    return KINDS.get(status, "unexpected_response"), "refused", fields


def fields_of(document, body):
    """Returns the vendor's messages about fields, without what was sent."""
    if not isinstance(document, dict):
        return []
    errors = document.get("errors")
    if isinstance(errors, list):
        errors = {"": errors}
    elif not errors and document and all(is_list_of_texts(value) for value in document.values()):
        errors = document
    fields = []
    for field, messages in sorted((errors or {}).items()):
        fields += [{"field": field, "message": redacted(message, body)} for message in messages]
    return fields


def is_list_of_texts(value):
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)


def redacted(message, body):
    for text in sorted(texts_of(body), key=len, reverse=True):
        message = message.replace(text, "[removed]")
    return message


def texts_of(value):
    if isinstance(value, str):
        return [value]
    values = value.values() if isinstance(value, dict) else value
    return [text for entry in values for text in texts_of(entry)]


def retry_after(answer, now):
    """Returns the wait that the vendor asks for, in seconds."""
    wait = answer.headers.get("retry-after")
    if wait is None or wait.isdigit():
        return int(wait) if wait else None
    until = parsedate_to_datetime(wait) - datetime.fromisoformat(now.replace("Z", "+00:00"))
    return max(0, round(until.total_seconds()))


def failed(kind, effect, **details):
    error = {"kind": kind, "effect": effect}
    error.update({key: value for key, value in details.items() if value not in (None, [])})
    return {"error": error}


if __name__ == "__main__":
    main()
