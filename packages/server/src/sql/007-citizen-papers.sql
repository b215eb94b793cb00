-- Encrypted values in the citizen data store, papers held about citizens, who is behind a pairwise id, and what is counted
-- of reuse. The shapes of once_* are those of @onceform/store (STATEMENT_TABLES, DOCUMENT_TABLES) on the day of this migration.

ALTER TABLE once_statements ADD COLUMN sealed boolean NOT NULL DEFAULT false;

CREATE TABLE once_documents (
    source text NOT NULL, id text NOT NULL, person text NOT NULL, kind text NOT NULL, type text NOT NULL, issued_at text NOT NULL,
    valid_until text, revoked boolean NOT NULL DEFAULT false, sha256 text NOT NULL, size bigint NOT NULL, media_type text NOT NULL,
    body text NOT NULL, PRIMARY KEY (source, id));
CREATE INDEX once_documents_person ON once_documents (person, issued_at);

-- The pairwise id is all that forms, seals and logs hold; what registers know a person by is encrypted. It is needed when an
-- officer's decision lands in a citizen's data, and when a register names somebody whose own log has to say so.
CREATE TABLE citizen (
  id text PRIMARY KEY,                  -- pairwise id
  pseudonym text NOT NULL,              -- keyed, of the register key
  sealed bytea NOT NULL                 -- the register key: encrypted
);
CREATE INDEX citizen_pseudonym ON citizen (pseudonym);

-- What is counted of reuse: events without values, names or ids of people.
CREATE TABLE reuse_event (
  no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  month text NOT NULL,                  -- 2026-11
  event jsonb NOT NULL
);
CREATE INDEX reuse_event_month ON reuse_event (month);
