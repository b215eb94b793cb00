// OpenTelemetry's own SDK behind a portal: spans and durations of requests leave by OTLP, or by whatever exporter is given.
// No instrumentation of Node is loaded: what the server says by itself is all that leaves, and nothing of a person is in it.

import { metrics, trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';

/**
 * Sets the SDK up for this process; has to come before the portal is made.
 *
 * @param {object} options
 * @param {string} options.service as dashboards know it.
 * @param {import('@opentelemetry/sdk-trace-base').SpanExporter} options.spans
 * @param {import('@opentelemetry/sdk-metrics').PushMetricExporter} options.durations
 * @returns {{ flush(): Promise<void>, stop(): Promise<void> }} `stop` sends what is left.
 */
export function startTelemetry({ service, spans, durations }) {
  const resource = resourceFromAttributes({ 'service.name': service });
  const tracers = new BasicTracerProvider({ resource, spanProcessors: [new BatchSpanProcessor(spans)] });
  const meters = new MeterProvider({ resource, readers: [new PeriodicExportingMetricReader({ exporter: durations })] });
  trace.setGlobalTracerProvider(tracers);
  metrics.setGlobalMeterProvider(meters);
  const both = act => Promise.all([act(tracers), act(meters)]).then(() => undefined);
  return {
    flush: () => both(provider => provider.forceFlush()),
    async stop() {
      await both(provider => provider.shutdown());
      trace.disable();
      metrics.disable();
    },
  };
}
