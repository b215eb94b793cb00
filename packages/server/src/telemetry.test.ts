import type { Meter, Span, Tracer } from '@opentelemetry/api';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import type { PortalEnv } from './session.ts';
import { telemetry } from './telemetry.ts';

describe('telemetry', () => {
  it('tells an OpenTelemetry SDK of each request by its route, without anything of the person in it', async () => {
    const said: unknown[] = [];
    const span = {
      updateName: (name: string) => said.push(name),
      setAttributes: (attributes: object) => said.push(attributes),
      setStatus: (status: object) => said.push(status),
      end: () => said.push('end'),
    } as unknown as Span;
    const tracer = { startSpan: (name: string) => (said.push(name), span) } as unknown as Tracer;
    const meter = {
      createHistogram: () => ({
        record: (seconds: number, attributes: object) => said.push([seconds >= 0, attributes]),
      }),
    } as unknown as Meter;
    const app = new Hono<PortalEnv>();
    app.use(telemetry(tracer, meter));
    app.get('/api/dossiers/:id', c => c.text('x', 503));
    await app.request('/api/dossiers/042196000017?name=Nguyen', { headers: { cookie: 'onceform=secret' } });
    const attributes = {
      'http.request.method': 'GET',
      'http.route': '/api/dossiers/:id',
      'http.response.status_code': 503,
    };
    expect(said).toEqual(['GET', 'GET /api/dossiers/:id', attributes, { code: 2 }, 'end', [true, attributes]]);
    expect(JSON.stringify(said)).not.toMatch(/042196000017|Nguyen|secret/);
  });

  it('does nothing, and breaks nothing, where no SDK is set up', async () => {
    const app = new Hono<PortalEnv>();
    app.use(telemetry());
    app.get('/x', c => c.text('fine'));
    expect(await (await app.request('/x')).text()).toBe('fine');
  });
});
