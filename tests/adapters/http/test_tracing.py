"""The OpenTelemetry instrumentation for httpx sees our calls, and sees no secret in them."""

import asyncio
from collections.abc import Iterator

import pytest

from ecomkit.adapters.http import (
    AsyncChannelClient,
    ChannelClient,
    HeaderCredential,
    QueryCredential,
    Reply,
    Request,
    Site,
    StaticCredentials,
)
from ecomkit.identifiers import ChannelId
from ecomkit.ports import Secret
from ecomkit.testing.fakes import serve

instrumentation = pytest.importorskip("opentelemetry.instrumentation.httpx")
sdk = pytest.importorskip("opentelemetry.sdk.trace")
export = pytest.importorskip("opentelemetry.sdk.trace.export")
memory = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter")


@pytest.fixture
def spans() -> Iterator[object]:
    """Yield where spans go while the instrumentation is on."""
    exporter = memory.InMemorySpanExporter()
    provider = sdk.TracerProvider()
    provider.add_span_processor(export.SimpleSpanProcessor(exporter))
    instrumentor = instrumentation.HTTPXClientInstrumentor()
    instrumentor.instrument(tracer_provider=provider)
    yield exporter
    instrumentor.uninstrument()


@pytest.mark.parametrize("kind", ["blocking", "asyncio"])
def test_a_call_is_a_span_without_secrets(spans: memory.InMemorySpanExporter, kind: str) -> None:
    """Each call is a span with its method and status; the query, which may name people, is not in it."""

    def answer(received: object) -> Reply:
        return Reply.of_json({"ok": 1})

    async def awaited(client: ChannelClient, request: Request) -> None:
        async with AsyncChannelClient(client) as twin:
            await twin.send(request)

    with serve(answer) as base:
        client = ChannelClient(
            ChannelId("corner"),
            site=Site.insecure_for_tests(base),
            credentials=StaticCredentials(
                items=[
                    HeaderCredential("x-api-key", Secret("canary-key")),
                    QueryCredential("ws_key", Secret("canary-query")),
                ]
            ),
        )
        request = Request.get("/orders", query={"email": "jane@example.com"})
        if kind == "blocking":
            client.send(request)
        else:
            asyncio.run(awaited(client, request))
        client.close()

    [span] = spans.get_finished_spans()
    said = span.to_json()
    assert '"GET"' in said
    assert "200" in said
    assert "/orders" in said
    assert "canary" not in said
    assert "jane" not in said
