"""Spares LocalStack's services the signing of their calls to each other."""

import time
from typing import Any

from localstack.runtime import hooks


class Unsigned:
    """Names the caller and the region, as a signature does: that is all LocalStack reads of one."""

    REQUIRES_REGION = True
    REQUIRES_TOKEN = False

    def __init__(self, credentials: Any, service_name: str, region_name: str) -> None:
        self._credentials = credentials
        self._scope = f"{region_name}/{service_name}/aws4_request"

    def add_auth(self, request: Any) -> None:
        day = time.strftime("%Y%m%d", time.gmtime())
        credential = f"{self._credentials.access_key}/{day}/{self._scope}"
        request.headers["Authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=none"
        )
        if self._credentials.token:
            request.headers["X-Amz-Security-Token"] = self._credentials.token


@hooks.on_infra_start()
def leave_calls_unsigned() -> None:
    from botocore.auth import AUTH_TYPE_MAPS

    AUTH_TYPE_MAPS["v4"] = Unsigned
