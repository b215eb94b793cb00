-- Files on their way: resumable uploads, and where their content is once they are whole.

CREATE TABLE upload (
  id text PRIMARY KEY,
  owner text NOT NULL,
  name text NOT NULL,
  type text NOT NULL,
  size bigint NOT NULL,
  sha256 text,                          -- null until the last byte arrived and was looked at
  created timestamptz NOT NULL,
  expires timestamptz NOT NULL
);
CREATE INDEX upload_owner ON upload (owner, sha256);
CREATE INDEX upload_expires ON upload (expires);
CREATE INDEX upload_content ON upload (sha256);
