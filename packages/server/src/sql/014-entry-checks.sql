-- What officers found when they compared answers that a desk had copied from paper. Rows are only added: the last one counts.

CREATE TABLE entry_check (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  dossier text NOT NULL REFERENCES dossier (id),
  pointer text NOT NULL,
  at timestamptz NOT NULL,
  by text NOT NULL,                     -- pairwise id of the officer
  body bytea NOT NULL                   -- the officer's name, the corrected value, the reason: encrypted
);
CREATE INDEX entry_check_dossier ON entry_check (dossier, id);
