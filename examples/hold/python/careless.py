"""The same client with three mistakes, each of which `unicontact contract hold` reports."""

import http.client
import json
import sys

import contacts

# First mistake: the vendor answers 402 when the plan is full, and this client blames the token.
contacts.KINDS[402] = "unauthenticated"

body_of, send = contacts.body_of, contacts.send


def body_without_notes(contact, region):
    """Second mistake: the contact's notes are dropped, and nobody is told."""
    body = body_of(contact, region)
    body.pop("description", None)
    return body


def send_again(body, timeout):
    """Third mistake: a blind retry. The first create may have created a contact."""
    try:
        answer = send(body, timeout)
    except (OSError, http.client.HTTPException):
        return send(body, timeout)
    return send(body, timeout) if answer.status >= 500 else answer


contacts.body_of, contacts.send = body_without_notes, send_again

if __name__ == "__main__":
    json.dump(contacts.run(json.load(sys.stdin)), sys.stdout)
