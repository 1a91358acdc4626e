"""
The session and client kit for channel clients.

A client is a class of flows: generators that yield a :class:`Request` and are sent a
:class:`Reply`. The kit makes them blocking or awaited methods and looks after all that stands
between: retries, waits, allowances, deadlines, credentials, limits, and what may be seen in logs.
Only this package knows httpx and tenacity.
"""

from ecomkit.adapters.http._auth import (
    ClientStyle,
    Credentials,
    Grant,
    OAuth2,
    Renewal,
    RenewedCredentials,
    StaticCredentials,
)
from ecomkit.adapters.http._client import (
    AsyncChannelClient,
    ChannelClient,
    RoleError,
    awaiting,
    immediate,
)
from ecomkit.adapters.http._credential import (
    Credential,
    HeaderCredential,
    QueryCredential,
    basic,
    bearer,
)
from ecomkit.adapters.http._cursors import (
    Places,
    cursor_of,
    read_cursor,
)
from ecomkit.adapters.http._dialect import (
    Dialect,
)
from ecomkit.adapters.http._effects import (
    settled,
)
from ecomkit.adapters.http._errors import (
    AnswerFacts,
    AnswerLostError,
    AnswerUnreadableError,
    ConflictError,
    ConnectionBarredError,
    CredentialsRefusedError,
    NotFoundError,
    NotSentError,
    PermissionDeniedError,
    RequestRefusedError,
    SystemFaultError,
    ThrottledError,
)
from ecomkit.adapters.http._events import (
    CallEvent,
    Observer,
)
from ecomkit.adapters.http._fake import (
    FakeAnswer,
    FakeTransport,
    Received,
    Torn,
)
from ecomkit.adapters.http._flow import (
    Flow,
    FlowError,
    Judge,
    Played,
    flow,
    flow_of,
    play,
)
from ecomkit.adapters.http._graphql import (
    GraphQLFault,
    graphql_data,
    graphql_faults,
    graphql_request,
)
from ecomkit.adapters.http._json import (
    DuplicateKeys,
    UnreadableJsonError,
    dump_json,
    parse_json,
)
from ecomkit.adapters.http._judgement import (
    Fault,
    Verdict,
    fault_of_json,
    verdict_of_status,
)
from ecomkit.adapters.http._kit import (
    Kit,
)
from ecomkit.adapters.http._limits import (
    Limit,
    Limiter,
    LimitKey,
    Scope,
    Told,
)
from ecomkit.adapters.http._oauth1 import (
    OAuth1,
)
from ecomkit.adapters.http._options import (
    Options,
)
from ecomkit.adapters.http._origin import (
    Reach,
    Site,
    TargetRefusedError,
)
from ecomkit.adapters.http._outcomes import (
    Lost,
    Unsent,
)
from ecomkit.adapters.http._pulls import (
    AsyncPull,
    Progress,
    ProgressCallback,
    Pull,
    pages,
    pages_async,
)
from ecomkit.adapters.http._redaction import (
    clean_line,
)
from ecomkit.adapters.http._reply import (
    Reply,
)
from ecomkit.adapters.http._request import (
    Method,
    Repeat,
    Request,
    Signing,
    path_of,
)
from ecomkit.adapters.http._signatures import (
    Encoding,
    HmacSignature,
    KeyForm,
    ReplayGuard,
    SignatureError,
    Signed,
    StandardWebhooks,
)
from ecomkit.adapters.http._signed import (
    RequestSigner,
    SignedCredentials,
    ToSign,
)
from ecomkit.adapters.http._time import (
    SystemTime,
    Timekeeper,
    VirtualTime,
)
from ecomkit.adapters.http._tls import (
    tls_context,
)
from ecomkit.adapters.http._token_store import (
    MemoryTokenStore,
)
from ecomkit.adapters.http._waits import (
    Backoff,
    WaitHeader,
    WaitUnit,
    number_of,
)

__all__ = [
    "AnswerFacts",
    "AnswerLostError",
    "AnswerUnreadableError",
    "AsyncChannelClient",
    "AsyncPull",
    "Backoff",
    "CallEvent",
    "ChannelClient",
    "ClientStyle",
    "ConflictError",
    "ConnectionBarredError",
    "Credential",
    "Credentials",
    "CredentialsRefusedError",
    "Dialect",
    "DuplicateKeys",
    "Encoding",
    "FakeAnswer",
    "FakeTransport",
    "Fault",
    "Flow",
    "FlowError",
    "Grant",
    "GraphQLFault",
    "HeaderCredential",
    "HmacSignature",
    "Judge",
    "KeyForm",
    "Kit",
    "Limit",
    "LimitKey",
    "Limiter",
    "Lost",
    "MemoryTokenStore",
    "Method",
    "NotFoundError",
    "NotSentError",
    "OAuth1",
    "OAuth2",
    "Observer",
    "Options",
    "PermissionDeniedError",
    "Places",
    "Played",
    "Progress",
    "ProgressCallback",
    "Pull",
    "QueryCredential",
    "Reach",
    "Received",
    "Renewal",
    "RenewedCredentials",
    "Repeat",
    "ReplayGuard",
    "Reply",
    "Request",
    "RequestRefusedError",
    "RequestSigner",
    "RoleError",
    "Scope",
    "SignatureError",
    "Signed",
    "SignedCredentials",
    "Signing",
    "Site",
    "StandardWebhooks",
    "StaticCredentials",
    "SystemFaultError",
    "SystemTime",
    "TargetRefusedError",
    "ThrottledError",
    "Timekeeper",
    "ToSign",
    "Told",
    "Torn",
    "UnreadableJsonError",
    "Unsent",
    "Verdict",
    "VirtualTime",
    "WaitHeader",
    "WaitUnit",
    "awaiting",
    "basic",
    "bearer",
    "clean_line",
    "cursor_of",
    "dump_json",
    "fault_of_json",
    "flow",
    "flow_of",
    "graphql_data",
    "graphql_faults",
    "graphql_request",
    "immediate",
    "number_of",
    "pages",
    "pages_async",
    "parse_json",
    "path_of",
    "play",
    "read_cursor",
    "settled",
    "tls_context",
    "verdict_of_status",
]
