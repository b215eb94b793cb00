-- What a portal remembers. Dossiers are the packages in the object store; the rows here are an index of them.

CREATE TABLE session (
  id bytea PRIMARY KEY,                 -- SHA-256 of the cookie's token
  person text NOT NULL,                 -- pairwise id
  sealed bytea NOT NULL,                -- name, level, claims, roles: encrypted
  created timestamptz NOT NULL,
  expires timestamptz NOT NULL
);
CREATE INDEX session_expires ON session (expires);

CREATE TABLE draft (
  id text PRIMARY KEY,
  owner text NOT NULL,                  -- pairwise id, or the anonymous session's id
  form_id text NOT NULL,
  form_version text NOT NULL,
  form_digest text NOT NULL,
  nonce text NOT NULL,
  purpose text,
  created timestamptz NOT NULL,
  changed timestamptz NOT NULL,
  expires timestamptz NOT NULL,
  revision integer NOT NULL DEFAULT 0,
  body bytea                            -- the citizen's answers so far: encrypted
);
CREATE INDEX draft_owner ON draft (owner, changed DESC);
CREATE INDEX draft_expires ON draft (expires);

-- What the gateway offered for a draft: only what stands here can be sealed.
CREATE TABLE offer (
  draft text NOT NULL REFERENCES draft (id) ON DELETE CASCADE,
  subject text NOT NULL,
  key text NOT NULL,                    -- 'offer <id>' or 'miss <pointer> <source>'
  no bigint GENERATED ALWAYS AS IDENTITY,
  body bytea NOT NULL,                  -- encrypted
  PRIMARY KEY (draft, subject, key)
);

CREATE TABLE dossier (
  id text PRIMARY KEY,                  -- urn:uuid:…, made in the browser
  sha256 text NOT NULL,
  size integer NOT NULL,
  media_type text NOT NULL,
  owner text NOT NULL,
  form_id text NOT NULL,
  form_version text NOT NULL,
  form_digest text NOT NULL,
  procedure text,
  agency text,
  channel text NOT NULL,
  code text NOT NULL UNIQUE,
  receipt jsonb NOT NULL,
  received timestamptz NOT NULL,
  received_on date NOT NULL,            -- where the agency is
  notice_by timestamptz,
  status text NOT NULL DEFAULT 'received',
  nonce text UNIQUE,                    -- of the draft: one draft makes one dossier
  bundle text,
  previous text,
  counts jsonb NOT NULL                 -- answers by origin, components by fulfilment: numbers, no values
);
CREATE INDEX dossier_owner ON dossier (owner, received DESC);
CREATE INDEX dossier_agency ON dossier (agency, status, received);

CREATE TABLE serial (
  agency text NOT NULL,
  day date NOT NULL,
  last integer NOT NULL,
  PRIMARY KEY (agency, day)
);

CREATE TABLE outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL,                   -- 'dossier.received', …
  subject text NOT NULL,                -- the dossier's id
  body jsonb NOT NULL,
  created timestamptz NOT NULL,
  due timestamptz NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  done timestamptz,
  dead timestamptz,
  error text
);
CREATE INDEX outbox_due ON outbox (due) WHERE done IS NULL AND dead IS NULL;

-- Who asked which source for which concepts and why: never a value. A hash chain.
CREATE TABLE usage_entry (
  no integer PRIMARY KEY,
  subject text NOT NULL,
  entry jsonb NOT NULL
);
CREATE INDEX usage_entry_subject ON usage_entry (subject, no DESC);
