-- What happens to a dossier after it was filed, who looked at it, and what is counted of it.

CREATE TABLE dossier_event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  dossier text NOT NULL REFERENCES dossier (id),
  at timestamptz NOT NULL,
  kind text NOT NULL,
  by text NOT NULL,                     -- pairwise id of the officer, or 'citizen', or 'portal'
  body jsonb NOT NULL                   -- reason, what to supplement, the result's number: shown to the citizen
);
CREATE INDEX dossier_event_dossier ON dossier_event (dossier, id);

CREATE TABLE rating (
  dossier text PRIMARY KEY REFERENCES dossier (id),
  score integer NOT NULL CHECK (score BETWEEN 1 AND 5),
  at timestamptz NOT NULL
);

-- Officers' reads and acts. Never deleted by the portal.
CREATE TABLE audit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL,
  person text NOT NULL,
  act text NOT NULL,
  subject text NOT NULL
);

ALTER TABLE outbox ADD COLUMN measured boolean NOT NULL DEFAULT false;
CREATE INDEX outbox_measured ON outbox (id) WHERE NOT measured;

CREATE TABLE delivery (
  message bigint NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
  receiver text NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  due timestamptz NOT NULL,
  done timestamptz,
  dead timestamptz,
  error text,
  PRIMARY KEY (message, receiver)
);
CREATE INDEX delivery_due ON delivery (due) WHERE done IS NULL AND dead IS NULL;

-- Counts, no persons: as many rows as days, procedures, agencies, channels and metrics, whatever the number of dossiers.
CREATE TABLE daily_count (
  day date NOT NULL,
  procedure text NOT NULL,
  agency text NOT NULL,
  channel text NOT NULL,
  metric text NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (day, procedure, agency, channel, metric)
);

CREATE TABLE imported_count (
  period text NOT NULL,                 -- 2026, 2026-H2, 2026-Q4, 2026-11
  indicator text NOT NULL,
  numerator bigint NOT NULL,
  denominator bigint NOT NULL,
  source text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (period, indicator)
);

-- A report that was handed in does not change any more.
CREATE TABLE frozen_report (
  period text PRIMARY KEY,
  report jsonb NOT NULL,
  at timestamptz NOT NULL
);
