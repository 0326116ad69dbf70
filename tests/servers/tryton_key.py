"""Prints a key of Tryton's administrator for the REST API of the database `crm`. Its argument is the configuration file."""

import sys

from trytond import config

config.update_etc(sys.argv[1])

from trytond.pool import Pool  # noqa: E402
from trytond.transaction import Transaction  # noqa: E402

Pool.start()
pool = Pool("crm")
with Transaction().start("crm", 0, readonly=True):
    pool.init()
with Transaction().start("crm", 1, context={}) as transaction:
    Application = pool.get("res.user.application")
    (application,) = Application.create([{"user": 1, "application": "rest"}])
    Application.write([application], {"state": "validated"})
    print(Application(application.id).key, end="")
    transaction.commit()
