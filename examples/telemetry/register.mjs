// Starts OpenTelemetry beside a portal whose command stays as it is:
//   OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318 \
//   node --disallow-code-generation-from-strings --import ./examples/telemetry/register.mjs examples/production/portal.mjs
// Address and headers come from the variables that OpenTelemetry names (OTEL_EXPORTER_OTLP_…).

import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { startTelemetry } from './telemetry.mjs';

const telemetry = startTelemetry({
  service: process.env.OTEL_SERVICE_NAME ?? 'onceform-portal',
  spans: new OTLPTraceExporter(),
  durations: new OTLPMetricExporter(),
});
for (const signal of ['SIGTERM', 'SIGINT'])
  process.once(signal, () => telemetry.stop().catch(error => console.error('Telemetry was not sent:', error.message)));
