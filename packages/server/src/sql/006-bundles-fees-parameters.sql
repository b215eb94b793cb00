-- Several dossiers of one declaration, what a dossier costs and when its result is due, and tables that change over time.

ALTER TABLE dossier ADD COLUMN bundle_no integer NOT NULL DEFAULT 0;   -- 0: by itself
ALTER TABLE dossier ADD COLUMN due_by timestamptz;
-- One draft makes one filing: a dossier, or a bundle, whose first part is never there without the others.
ALTER TABLE dossier DROP CONSTRAINT dossier_nonce_key;
CREATE UNIQUE INDEX dossier_draft ON dossier (nonce) WHERE bundle_no <= 1;
CREATE UNIQUE INDEX dossier_bundle ON dossier (bundle, bundle_no) WHERE bundle IS NOT NULL;

CREATE TABLE payment (
  reference text PRIMARY KEY,
  dossier text NOT NULL REFERENCES dossier (id),
  amount bigint NOT NULL,
  currency text NOT NULL,
  status text NOT NULL DEFAULT 'due',   -- due, begun, paid
  changed timestamptz
);
CREATE INDEX payment_dossier ON payment (dossier);

CREATE TABLE parameter_edition (
  name text NOT NULL,                   -- fees, hours, agencies
  no integer NOT NULL,
  valid_from date NOT NULL,
  rows jsonb NOT NULL,
  published timestamptz NOT NULL,
  by text NOT NULL,
  PRIMARY KEY (name, no)
);
