# SPDX-License-Identifier: Apache-2.0
"""A typed client of Once Ledger for departments' systems: `OnceClient`, and `AsyncOnceClient` for asyncio.

    with OnceClient("https://once.example.org", api_key="once_…") as once:
        once.upload(scan, "application/pdf")
        accepted = once.accept({"case": …, "type": "business_licence", …})
        for one in once.check(case, "admission").results:
            print(one.requirement, one.verdict, one.text)

It loads neither a web framework nor a database nor web3.
"""

from api.client.asynchronous import AsyncOnceClient
from api.client.errors import (
    AuthenticationError,
    ConflictError,
    ForbiddenError,
    InvalidRequestError,
    NotFoundError,
    OnceError,
    ProblemError,
    ServerError,
    SignYourselfError,
    TakenBackError,
    UnavailableError,
    UnreachableError,
)
from api.client.events import Event, EventPage, Webhook
from api.client.models import (
    Accepted,
    Anchor,
    AppliedPolicy,
    Ask,
    BatchResult,
    BundleStep,
    Case,
    CheckAnswer,
    CheckResult,
    Cited,
    CitedConsent,
    Created,
    Denied,
    LegalGround,
    Receipt,
    Reliance,
    RequirementVerdict,
    Retraction,
    Uploaded,
)
from api.client.receipts import ReceiptVerifier
from api.client.synchronous import OnceClient

__all__ = [
    "Accepted",
    "Anchor",
    "AppliedPolicy",
    "Ask",
    "AsyncOnceClient",
    "AuthenticationError",
    "BatchResult",
    "BundleStep",
    "Case",
    "CheckAnswer",
    "CheckResult",
    "Cited",
    "CitedConsent",
    "ConflictError",
    "Created",
    "Denied",
    "Event",
    "EventPage",
    "ForbiddenError",
    "InvalidRequestError",
    "LegalGround",
    "NotFoundError",
    "OnceClient",
    "OnceError",
    "ProblemError",
    "Receipt",
    "ReceiptVerifier",
    "Reliance",
    "RequirementVerdict",
    "Retraction",
    "ServerError",
    "SignYourselfError",
    "TakenBackError",
    "UnavailableError",
    "UnreachableError",
    "Uploaded",
    "Webhook",
]
