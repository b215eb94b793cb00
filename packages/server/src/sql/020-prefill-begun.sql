-- Sources are about to be asked for somebody: the entry of the usage log if nothing more is heard of it. It goes away in
-- the statement that writes how it ended.

CREATE TABLE prefill_begun (
  id text PRIMARY KEY,
  at timestamptz NOT NULL,
  event jsonb NOT NULL
);
