// OpenTelemetry, for whoever sets up its SDK: a span and a duration for each request. Route patterns, never addresses;
// no query, no header, no person. Without an SDK the calls do nothing.

import { metrics, SpanKind, SpanStatusCode, trace, type Meter, type Tracer } from '@opentelemetry/api';
import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { PortalEnv } from './session.ts';

const NAME = '@onceform/server';

export function telemetry(
  tracer: Tracer = trace.getTracer(NAME),
  meter: Meter = metrics.getMeter(NAME),
): MiddlewareHandler<PortalEnv> {
  const duration = meter.createHistogram('http.server.request.duration', {
    unit: 's',
    description: 'Duration of HTTP requests.',
    advice: { explicitBucketBoundaries: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] },
  });
  return async (c, next) => {
    const begun = performance.now();
    const span = tracer.startSpan(c.req.method, { kind: SpanKind.SERVER });
    await next();
    const route = routePath(c, -1);
    const attributes = {
      'http.request.method': c.req.method,
      'http.route': route,
      'http.response.status_code': c.res.status,
    };
    span.updateName(`${c.req.method} ${route}`);
    span.setAttributes(attributes);
    if (c.res.status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
    duration.record((performance.now() - begun) / 1000, attributes);
  };
}
