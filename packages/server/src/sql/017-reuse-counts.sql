-- Events of reuse become counts and are gone: a month is never held as its events, and what stands here adds up.

CREATE TABLE reuse_count (
  month text NOT NULL,                  -- 2026-11
  name text NOT NULL,                   -- of a total, or, behind a tab, of a part of it
  count double precision NOT NULL,
  PRIMARY KEY (month, name)
);
