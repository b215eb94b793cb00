-- The citizen data store: consents and disputes with encrypted bodies, and what citizens let the portal keep of their answers.
-- The shapes are those of @onceform/store (LEDGER_TABLES, STATEMENT_TABLES) on the day of this migration.

CREATE TABLE once_ledger (
    kind text NOT NULL, id text NOT NULL, owner text NOT NULL, status text NOT NULL, token text, due text, at text NOT NULL,
    body text NOT NULL, PRIMARY KEY (kind, id));
CREATE INDEX once_ledger_owner ON once_ledger (kind, owner);
CREATE INDEX once_ledger_status ON once_ledger (kind, status, due);
CREATE UNIQUE INDEX once_ledger_token ON once_ledger (token) WHERE token IS NOT NULL;

CREATE TABLE once_people (person text PRIMARY KEY, revision bigint NOT NULL);
CREATE TABLE once_statements (
    id text PRIMARY KEY, person text NOT NULL, about text NOT NULL, concept text NOT NULL, value text, absent_reason text,
    record_ref text NOT NULL, kind text NOT NULL, status text NOT NULL, level text NOT NULL, verified_at text,
    last_updated text, retrieved_at text NOT NULL, valid_from text, valid_until text, revises text, proof text,
    superseded boolean NOT NULL DEFAULT false, withdrawn boolean NOT NULL DEFAULT false);
CREATE INDEX once_statements_current ON once_statements (person, about, concept) WHERE NOT superseded AND NOT withdrawn;
CREATE INDEX once_statements_expiry ON once_statements (valid_until) WHERE valid_until IS NOT NULL AND NOT superseded AND NOT withdrawn;
CREATE TABLE once_tickets (
    no bigint GENERATED ALWAYS AS IDENTITY, id text PRIMARY KEY, person text NOT NULL, concept text NOT NULL, record_ref text NOT NULL,
    reason text NOT NULL, value text, evidence text, status text NOT NULL DEFAULT 'open');
