-- Forms published over the API: numbered versions that never change, and their ends. Definitions and modules are objects.

CREATE TABLE form_version (
  form_id text NOT NULL,
  no integer NOT NULL,                  -- from 1
  version text NOT NULL,
  slug text NOT NULL,
  digest text NOT NULL,
  address text NOT NULL,                -- of the modules: forms/<address>/…
  definition text NOT NULL,             -- the object that holds it
  valid_from date NOT NULL,
  valid_until date,
  published timestamptz NOT NULL,
  by text NOT NULL,
  PRIMARY KEY (form_id, no),
  UNIQUE (form_id, version)
);

CREATE TABLE form_repeal (
  slug text NOT NULL,
  version text NOT NULL,                -- '*': every version
  from_day date NOT NULL,
  reason jsonb NOT NULL,
  replaced_by text,
  published timestamptz NOT NULL,
  by text NOT NULL,
  PRIMARY KEY (slug, version)
);
