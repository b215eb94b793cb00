-- What a decision gave for a time, and that its citizen was told of the end: once for a dossier and a day.

CREATE TABLE ending_notice (
  dossier text NOT NULL REFERENCES dossier (id),
  until date NOT NULL,
  told timestamptz NOT NULL,
  PRIMARY KEY (dossier, until)
);
CREATE INDEX once_documents_expiry ON once_documents (valid_until) WHERE valid_until IS NOT NULL AND NOT revoked;
