"""Makes the first API key, of scope admin, straight in the table: ``python -m scripts.admin_key --table NAME``.

It acts on the account, region and endpoint that the AWS environment names, and needs the right to write the table.
The tenant is made if there is none. The key is printed, or written to the file named with ``--out``.
"""

import argparse
import os
import sys
from contextlib import suppress
from pathlib import Path

from scripts.keys import write_secret
from scripts.workspace import ROOT


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.admin_key", description=__doc__)
    parser.add_argument("--table", required=True, help="the stack's table: its output TableName")
    parser.add_argument("--tenant", default="default", help="whose key it is")
    parser.add_argument("--out", type=Path, help="a file for the key, readable by you alone")
    arguments = parser.parse_args()
    os.environ["TABLE_NAME"] = arguments.table
    secret = _make(arguments.tenant)
    if arguments.out:
        write_secret(arguments.out, secret)
    else:
        print(secret)


def _make(tenant_id: str) -> str:
    sys.path.insert(0, str(ROOT / "layers" / "nightshift"))
    from nightshift.clock import now
    from nightshift.errors import StateConflictError
    from nightshift.models.requests import KeyRequest, TenantRequest
    from nightshift.models.tenant import Scope
    from nightshift.tenants import create_key, create_tenant

    with suppress(StateConflictError):  # there is one
        create_tenant(TenantRequest(tenant_id=tenant_id, name=tenant_id), None, now())
    made = create_key(tenant_id, KeyRequest(name="first key", scope=Scope.ADMIN), None, now())
    if made.secret is None:
        raise RuntimeError("a key made without an idempotency key has a secret")
    return made.secret


if __name__ == "__main__":
    main()
